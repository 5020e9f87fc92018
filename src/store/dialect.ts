/** Owns changing how connections of a Kysely dialect are acquired. */

import type { Dialect, Driver } from 'kysely';

type Acquire = Driver['acquireConnection'];

/** Returns the same dialect with `wrap` around the acquisition of each connection. */
export function wrapDriver(dialect: Dialect, wrap: (acquire: Acquire) => Acquire): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => {
      const driver = dialect.createDriver();
      driver.acquireConnection = wrap(driver.acquireConnection.bind(driver));
      return driver;
    },
  };
}
