"""Who: one file per cell type, its columns and its Mesa agent class."""
