"""Why a case is due when it is: tables in, words to the second out. The terminal and the desk draw the same words."""
