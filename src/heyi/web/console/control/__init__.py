"""Pages for those who keep order: people and rights, the record of acts, refused contacts."""
