"""The rendered site: the committed notebooks, figures, data and sources as pages.

``make site`` builds it into ``build/site``. Nothing is executed: the pages show what is committed.

| module | holds |
| --- | --- |
| `library` | what the pages are made from: figures, sources, published statements |
| `statements` | which published statements a figure rests on |
| `staging` | the source tree that Sphinx reads; where a file of the project stands on the site |
| `notebook_pages` | a committed notebook as a page: code folded, figures from their own files |
| `directives` | what a page may ask for: findings, gallery, dictionary, sources, citation |
| `figure_cards`, `finding_lists`, `dictionary`, `bibliography`, `citation` | one of these each |
| `markup` | the pieces that directives are built from |
| `check` | what no page may do: ask another server, link to nothing, weigh too much |
| `build` | stage, render, check, and only then replace the former site |
"""
