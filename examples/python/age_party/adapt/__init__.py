def read(platform, said, gates=None):
    raise NotImplementedError
