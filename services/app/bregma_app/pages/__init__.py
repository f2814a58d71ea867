"""Pages for people: the start page, the interactive pages of the API, the dataset types. All assets are our own."""
