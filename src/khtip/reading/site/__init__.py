"""The rendered site: the committed notebooks, figures, data and sources as pages.

``make site`` builds it into ``build/site``. Nothing is executed: the pages show what is committed.

| module | holds |
| --- | --- |
| `library` | what the pages are made from: figures, sources, statements |
| `pages` | a committed notebook as a page: code folded, figures from their own files |
| `directives` | what a page may ask for; the pieces are macros of ``pieces.html.jinja`` |
| `citation` | how the collection is cited, and where its repository is |
| `build` | stage, render, check, and only then replace the former site |
"""
