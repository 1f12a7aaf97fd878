import { Datastore, filestore } from "stephooks";

/*
 * What codehooks' platform puts beside an app. The bundler gives these to code that uses the names without declaring
 * them; an app that uses none carries none. Functions only, so that what is unused can be left out.
 */

/** The platform's own file interface. */
const files = {
  getFileStream: (...args: Parameters<typeof filestore.getReadStream>) => filestore.getReadStream(...args),
  readFile: (...args: Parameters<typeof filestore.readFile>) => filestore.readFile(...args),
  saveFile: (...args: Parameters<typeof filestore.saveFile>) => filestore.saveFile(...args),
  deleteFile: (...args: Parameters<typeof filestore.deleteFile>) => filestore.deleteFile(...args),
  list: (...args: Parameters<typeof filestore.list>) => filestore.list(...args),
};

export { Datastore, Datastore as DB, files as _coho_fs };
