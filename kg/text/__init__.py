"""Files → a laid-out document: reading, repair, page furniture, head, sections and sentences."""
