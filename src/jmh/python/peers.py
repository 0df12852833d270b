"""The peers in Python. The argument is a work; each line of the input is a file and a number of records, and is answered by
TURN, seconds and the size of the file, as io.h5sink.jmh.Child does it. The same records, in chunks of the same size."""
import os, sys, time
import h5py, numpy

CHUNK = 128 << 10
COLUMNS = {"time": "i8", "station": "i4", "temperature": "f8", "humidity": "f8"}
TABLE_ROWS = 4096
SPECTRUM = 1024


def rows(dtype):
    return CHUNK // numpy.dtype(dtype).itemsize


def datasets(file):
    return [file.create_dataset(name, (0,), dtype, maxshape=(None,), chunks=(rows(dtype),))
            for name, dtype in COLUMNS.items()]


def reading(i):
    return 1_000_000 * i, i & 0xff, 0.001 * i, 100 - 0.001 * i


def h5py_values(path, records):
    """What loggers do: a dataset for each name, longer by one for each value."""
    with h5py.File(path, "w") as file:
        columns = datasets(file)
        for i in range(records):
            for column, value in zip(columns, reading(i)):
                column.resize(i + 1, axis=0)
                column[i] = value


def h5py_buffer(path, records):
    """A loop over records that fills lists, and writes them when they hold a chunk."""
    with h5py.File(path, "w") as file:
        columns = datasets(file)
        buffers = [[] for _ in columns]
        limits = [column.chunks[0] for column in columns]
        for i in range(records):
            for buffer, value in zip(buffers, reading(i)):
                buffer.append(value)
            for column, buffer, limit in zip(columns, buffers, limits):
                if len(buffer) == limit:
                    append(column, buffer)
                    buffer.clear()
        for column, buffer in zip(columns, buffers):
            append(column, buffer)


def append(column, values):
    start = len(column)
    column.resize(start + len(values), axis=0)
    column[start:] = values


def h5py_blocks(path, records):
    """Arrays that are there already."""
    with h5py.File(path, "w") as file:
        columns = datasets(file)
        blocks = [numpy.arange(column.chunks[0]).astype(column.dtype) for column in columns]
        for column, block in zip(columns, blocks):
            for start in range(0, records, len(block)):
                append(column, block[:records - start])


def description():
    import tables
    return {"time": tables.Int64Col(pos=0), "station": tables.Int32Col(pos=1), "temperature": tables.Float64Col(pos=2),
            "humidity": tables.Float64Col(pos=3)}


def pytables_row(path, records):
    import tables
    with tables.open_file(path, "w") as file:
        table = file.create_table("/", "table", description(), expectedrows=records, chunkshape=(TABLE_ROWS,))
        row = table.row
        for i in range(records):
            row["time"], row["station"], row["temperature"], row["humidity"] = reading(i)
            row.append()
        table.flush()


def pytables_append(path, records):
    import tables
    with tables.open_file(path, "w") as file:
        table = file.create_table("/", "table", description(), expectedrows=records, chunkshape=(TABLE_ROWS,))
        block = numpy.zeros(TABLE_ROWS, table.dtype)
        block["time"] = numpy.arange(TABLE_ROWS)
        for start in range(0, records, TABLE_ROWS):
            table.append(block[:records - start])
        table.flush()


def h5py_frames(path, records):
    frame = numpy.random.default_rng(1).random((2048, 2048))
    with h5py.File(path, "w") as file:
        image = file.create_dataset("image", (0, 2048, 2048), "f8", maxshape=(None, 2048, 2048), chunks=(1, 64, 2048))
        for i in range(records):
            image.resize(i + 1, axis=0)
            image[i] = frame


def walk(path, records, **filters):
    """The walks that io.h5sink.jmh.Walk keeps in a file: whole blocks, again and again."""
    columns = walk.columns
    with h5py.File(path, "w") as file:
        for number, column in enumerate(columns):
            dataset = file.create_dataset(
                "abcd"[number], (0,), "f8", maxshape=(None,), chunks=(rows("f8"),), shuffle=True, **filters)
            for start in range(0, records, dataset.chunks[0]):
                at = start % len(column)
                append(dataset, column[at:at + min(dataset.chunks[0], records - start)])


def spectra(path, records, **filters):
    """The same numbers, a thousand to a row."""
    ready = walk.columns.reshape(-1, SPECTRUM)
    with h5py.File(path, "w") as file:
        rows_at_once = CHUNK // (8 * SPECTRUM)
        dataset = file.create_dataset(
            "values", (0, SPECTRUM), "f8", maxshape=(None, SPECTRUM), chunks=(rows_at_once, SPECTRUM), shuffle=True, **filters)
        for start in range(0, records, rows_at_once):
            at = start % len(ready)
            append(dataset, ready[at:at + min(rows_at_once, records - start)])


def plugin(name, **options):
    import hdf5plugin
    return dict(getattr(hdf5plugin, name)(**options))


def work(name):
    name, *arguments = name.split(":", 1)
    if not name.startswith(("h5py-walk", "h5py-spectra")):
        return {"h5py-values": h5py_values, "h5py-buffer": h5py_buffer, "h5py-blocks": h5py_blocks,
                "h5py-frames": h5py_frames, "pytables-row": pytables_row, "pytables-append": pytables_append}[name]
    walk.columns = numpy.fromfile(arguments[0], "<f8").reshape(4, -1)
    filters = {"gzip": lambda: dict(compression="gzip", compression_opts=1),
               "lzf": lambda: dict(compression="lzf"),
               "zstd": lambda: plugin("Zstd"),
               "lz4": lambda: plugin("LZ4")}[name.rsplit("-", 1)[1]]()
    write = walk if name.startswith("h5py-walk") else spectra
    return lambda path, records: write(path, records, **filters)


def main():
    run = work(sys.argv[1])
    for line in sys.stdin:
        path, records = line.split()
        start = time.perf_counter()
        run(path, int(records))
        seconds = time.perf_counter() - start
        print("TURN", seconds, os.path.getsize(path), flush=True)


main()
