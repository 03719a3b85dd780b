"""Facts come in: files that ministries hand in, read, checked and turned into one release."""
