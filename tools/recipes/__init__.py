"""Pages whose commands and code are run, so that what they show is what a reader gets.

On such a page a block of ``bash`` is run, one of ``python`` too, in one session per page; a block of ``text``
right after either is what it prints; a block of any other language with a file's name behind it is that
file. All of a page happens in one empty folder that has the repository's `examples`.
"""
