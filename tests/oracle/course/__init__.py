"""The logic of a whole course a second time: slow, plain, and written from the texts alone.

The texts are the design's section on how a grade comes out and the clinical rules it refers to.
Every module reads a course document as a dictionary; only `compare` knows the engine.
"""
