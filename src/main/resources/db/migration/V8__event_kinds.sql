comment on column tallyman.event.kind is 'throttled, recovered, opened, closed (of an endpoint), disk_full, disk_free, too_many_files, files_free';
