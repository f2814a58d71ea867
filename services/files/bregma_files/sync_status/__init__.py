"""How complete the repositories are: Alyx's sync-file-status, answered from the records."""
