"""What is signed and handed out: versions of an evaluation's documents, and who may do what."""
