"""The library on this laptop: encrypted database and vault. The only room that knows the home folder."""
