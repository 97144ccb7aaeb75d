export { FolderObjectStore } from './folder-object-store.js';
export type { ObjectStore, StoredObject } from './object-store.js';
export { parseObjectUri, type ObjectPlace } from './object-uri.js';
