code/fentry_chain.probe:1:47: error: struct dentry has no field "d_flags"
    fentry:vfs_read { @[args.file->f_path.dentry->d_flags] = count(); }
                                                  ^~~~~~~
exit 1
