"""The library on this laptop: encrypted database and evidence. The only room that knows the home folder."""
