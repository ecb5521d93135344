export { createStorage, type StorageOptions } from './create-storage.js';
export { DiskStorage, type DiskStorageOptions } from './disk.storage.js';
export { S3Storage, type S3StorageOptions } from './s3.storage.js';
export { StorageModule } from './storage.module.js';
export { Storage } from './storage.js';
export type {
  Confirmation,
  DepositTerms,
  DownloadTerms,
  ExpectedObject,
  PresignedDownload,
  PresignedUpload,
  StoredObject,
  UploadTerms,
} from './storage.js';
