"""Parts of large files for programs that cannot read them themselves: samples as npy or JSON, and pictures."""
