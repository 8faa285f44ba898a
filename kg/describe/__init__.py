"""The data set describes itself: for catalogues, crawlers and search engines, and for those who ask it."""
