"""The Slack bot: the same answers and citations as every other front end, in the thread where people already talk."""
