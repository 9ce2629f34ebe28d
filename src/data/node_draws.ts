/** Files of draws that packages write which a user installs beside this one: Arrow, and NetCDF for ArviZ. */

import { cellOf, type DrawsColumn, type DrawsTable, placesOf } from '../report/draws.js';
import type { Group, Variable } from '../report/inference_data.js';

/** The package is not installed. */
export class MissingPackage extends Error {
  constructor(name: string) {
    super(`this format is written by the package \`${name}\`: run \`npm install ${name}\` where whatif is installed`);
  }
}

/** Loads a package by its name, so that no bundle takes it in. */
async function load<T>(name: string, path = name): Promise<T> {
  try {
    return await import(path);
  } catch {
    throw new MissingPackage(name);
  }
}

/** The bytes of an Arrow file (IPC) with a column for chain, number and weight, and one for each variable; labels are a dictionary. */
export async function drawsArrow(table: DrawsTable): Promise<Uint8Array> {
  const arrow = await load<typeof import('apache-arrow')>('apache-arrow');
  const { chain, draw } = placesOf(table);
  const vectorOf = ({ type, values }: DrawsColumn) => {
    const cells = Array.from(values, (value) => cellOf(type, value));
    const whole = values.every((v) => Number.isNaN(v) || (v | 0) === v);
    if (type.kind === 'bool') return arrow.vectorFromArray(cells, new arrow.Bool());
    if (type.kind === 'enum')
      return arrow.vectorFromArray(cells, new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()));
    return type.kind === 'int' && whole
      ? arrow.vectorFromArray(cells, new arrow.Int32())
      : arrow.vectorFromArray(cells, new arrow.Float64());
  };
  const columns = {
    chain: arrow.makeVector(chain),
    draw: arrow.makeVector(draw),
    weight: arrow.makeVector(table.weights),
    ...Object.fromEntries(table.columns.map((column) => [column.name, vectorOf(column)])),
  };
  return arrow.tableToIPC(new arrow.Table(columns), 'file');
}

/**
 * The bytes of a NetCDF 4 file (HDF5 with dimension scales) with a group for each of the groups. It is made in memory: HDF5 says nothing to
 * its caller of a disk that is full.
 */
export async function netcdf(groups: readonly Group[]): Promise<Uint8Array> {
  const h5 = await load<typeof import('h5wasm')>('h5wasm');
  const { FS } = await h5.ready;
  const path = '/draws.nc';
  const file = new h5.File(path, 'w');
  try {
    for (const group of groups) {
      const into = file.create_group(group.name);
      for (const [name, value] of Object.entries(group.attributes)) into.create_attribute(name, value);
      for (const [dim, length] of group.dims) {
        const scale = into.create_dataset({
          name: dim,
          data: BigInt64Array.from({ length }, (_, i) => BigInt(i)),
          dtype: '<q',
        });
        scale.make_scale(dim);
      }
      for (const variable of group.variables) {
        const shape = variable.dims.map((dim) => group.dims.get(dim) ?? 0);
        const set = into.create_dataset({ name: variable.name, shape, ...stored(variable) });
        for (const [name, value] of Object.entries(variable.attributes)) set.create_attribute(name, value);
        // How xarray keeps truth values.
        if (variable.kind === 'bool') set.create_attribute('dtype', 'bool');
        variable.dims.forEach((dim, index) => {
          set.attach_scale(index, `/${group.name}/${dim}`);
        });
      }
    }
  } finally {
    file.close();
  }
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}

function stored({ kind, values }: Variable) {
  switch (kind) {
    case 'real':
      return { data: values, dtype: '<d' } as const;
    case 'int':
      return { data: BigInt64Array.from(values, (v) => BigInt(v)), dtype: '<q' } as const;
    case 'bool':
      return { data: Int8Array.from(values), dtype: '<b' } as const;
  }
}
