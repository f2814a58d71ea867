"""ONE names, ALF paths and dataset types: what a file of a session promises."""
