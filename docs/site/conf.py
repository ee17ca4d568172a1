"""Sphinx's settings for the site; `make site` builds it. The pages stand beside this file."""

from pathlib import Path

from khtip.reading.site import citation
from khtip.reading.site.library import Library

ROOT = Path(__file__).parents[2]
_citation = citation.read_citation(ROOT)
CAVEAT = (
    "These numbers are counts of what authorities say they did. "
    "They do not measure how much trafficking there is."
)

project = "Reported counter-trafficking figures for Cambodia"
author = "; ".join(citation.authors(_citation))
release = version = str(_citation["version"])
language = "en"

extensions = ["myst_nb", "khtip.reading.site.directives"]
khtip_library = Library(ROOT)
exclude_patterns = ["data/**/*.csv"]
nitpicky = True

# Committed outputs are shown; nothing is executed.
nb_execution_mode = "off"
nb_render_markdown_format = "gfm"
nb_merge_streams = True
nb_ipywidgets_js = {}
myst_heading_anchors = 3
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]

smartquotes = False  # words of data stay as they are

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
templates_path = ["_templates"]
html_favicon = "_static/favicon.svg"
html_css_files = ["khtip.css"]
html_js_files = ["khtip.js"]
html_copy_source = False
html_show_sphinx = False
html_permalinks_icon = "#"
html_use_index = False
html_context = {"default_mode": "auto"}  # light or dark as the reader's system
html_theme_options = {
    "announcement": CAVEAT,
    "extra_footer": (
        f"<p>{CAVEAT} Code: MIT. Our compilation of the data: CC BY 4.0; "
        "the sources keep their own terms.</p>"
    ),
    "footer_content_items": ["extra-footer.html"],
    "home_page_in_toc": True,
    "navbar_persistent": [],  # the side bar has a search button already
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
