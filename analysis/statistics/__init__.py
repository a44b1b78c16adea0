"""What runs can say about a question: effects with their uncertainty, from tables, with kept libraries.

Every function takes numpy arrays or pandas frames and returns plain data; none draws and none reads files.
"""
