"""What both apps serve: see `core.Service`. The apps only carry requests to it and answers back."""
