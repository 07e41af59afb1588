"""The ecosystem as a picture: people, ties, a layout computed beforehand, a page that needs no network."""
