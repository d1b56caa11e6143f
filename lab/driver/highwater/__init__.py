"""The driver of High Water: runs chapters, keeps their goldens, claims and prose true.

Read tree and manifest first (what a chapter is), then run, golden, claims and prose.
"""
