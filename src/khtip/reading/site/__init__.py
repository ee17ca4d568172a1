"""The rendered site: the committed notebooks, figures, data and sources as pages.

``make site`` builds it into ``build/site``. Nothing is executed: the pages show what is committed.

| module | holds |
| --- | --- |
| `library` | what the pages are made from: figures, sources, statements; what a figure rests on |
| `pages` | a committed notebook as a page: code folded, figures from their own files |
| `directives` | what a page may ask for: findings, gallery, dictionary, sources, citation |
| `cards`, `citation` | these pieces |
| `markup` | what they are built from |
| `build` | stage, render, check, and only then replace the former site |
"""
