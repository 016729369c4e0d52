/**
 * What Active Storage calls on a bucket.
 *
 * Source: https://guides.rubyonrails.org/active_storage_overview.html#s3-service-amazon-s3-and-s3-compatible-apis
 */
export const BUCKET_ACTIONS = ["s3:ListBucket"];

/** What it calls on the files; large ones come in parts, which it gives up where one fails. */
export const FILE_ACTIONS = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"];

/** Where Rails has the addresses of files. Source: https://guides.rubyonrails.org/active_storage_overview.html#serving-files */
export const FILES_PATH = "/rails/active_storage";
