"""`returns sample`: a believable campaign from a seed, and the truth about it, drawn before any file is made."""

from etl.sample.folder import WAVE_FOLDERS, write_sample
from etl.sample.truth import SampleFile, SampleTruth

__all__ = ["WAVE_FOLDERS", "SampleFile", "SampleTruth", "write_sample"]
