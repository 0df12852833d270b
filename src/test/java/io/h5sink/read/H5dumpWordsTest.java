package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.jhdf5.Wording;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a file holds is said in the words of h5dump. Made with h5dump 1.10.8: one of 1.14.4 or later has the names {@code
 * H5T_IEEE_F16LE} and {@code H5T_IEEE_F16BE} for what is a 16-bit floating-point here.
 */
class H5dumpWordsTest {

    private static final Pattern DATASET =
            Pattern.compile("DATASET \"([^\"]+)\" \\{ (DATATYPE .*?) FILLVALUE \\{ FILL_TIME");

    /** Where the bytes lie and how many they are. */
    private static final Pattern PLACE = Pattern.compile(
            " EXTERNAL \\{ (FILENAME \\S+ SIZE \\d+ OFFSET \\d+ )+\\}| SIZE \\d+( \\(.*? COMPRESSION\\))?"
                    + "| OFFSET \\d+");

    private static final String BEGIN = """
            import h5py, numpy, sys
            from h5py import h5d, h5p, h5s, h5t
            f = h5py.File(sys.argv[1], 'w')

            def low(name, t, space=None, creation=None):
                h5d.create(f.id, name.encode(), t, space or h5s.create(h5s.SCALAR), creation)

            def creation():
                return h5p.create(h5p.DATASET_CREATE)

            """;

    @TempDir
    Path directory;

    private Map<String, String> assertSameWords(String script) {
        Path file = directory.resolve("data.h5");
        Python.run(BEGIN + script + "\nf.close()", file);

        Map<String, String> dumped = new TreeMap<>();
        Matcher found = DATASET.matcher(Tool.h5dump("-pH", file).replaceAll("\\s+", " "));
        while (found.find()) {
            dumped.put(found.group(1), PLACE.matcher(found.group(2)).replaceAll(""));
        }
        assertThat(dumped).isNotEmpty();
        assertThat(Wording.datasets(file, dumped.keySet())).isEqualTo(dumped);
        return dumped;
    }

    private static String scalar(String type) {
        return "DATATYPE " + type + " DATASPACE SCALAR STORAGE_LAYOUT { CONTIGUOUS } FILTERS { NONE }";
    }

    @Test
    void predefinedTypes() {
        Map<String, String> words = assertSameWords("""
                for name in dir(h5t):
                    if isinstance(getattr(h5t, name), h5t.TypeID) and name.isupper():
                        low(name, getattr(h5t, name))
                """);

        assertThat(words)
                .hasSizeGreaterThan(50)
                .containsEntry("STD_I32LE", scalar("H5T_STD_I32LE"))
                .containsEntry("STD_U8BE", scalar("H5T_STD_U8BE"))
                .containsEntry("STD_B64BE", scalar("H5T_STD_B64BE"))
                .containsEntry("IEEE_F32LE", scalar("H5T_IEEE_F32LE"));
    }

    @Test
    void numbersOfOddSizes() {
        Map<String, String> words = assertSameWords("""
                for bits in 16, 128:
                    f.create_dataset(f'float{bits}', data=numpy.zeros((), f'f{bits // 8}'))
                f.create_dataset('big-endian half', data=numpy.zeros((), '>f2'))
                for base in 'STD_I32LE', 'STD_U32LE', 'STD_I16BE', 'STD_U64BE', 'STD_I8LE', 'STD_U8BE':
                    for bits in 3, 7:
                        t = getattr(h5t, base).copy()
                        t.set_precision(bits)
                        low(f'{base} {bits}', t)
                t = h5t.STD_I32LE.copy()
                t.set_precision(12)
                t.set_offset(4)
                low('with an offset', t)
                for size in 3, 5, 16:
                    t = h5t.STD_U8LE.copy()
                    t.set_size(size)
                    t.set_precision(8 * size)
                    low(f'{size} bytes', t)
                t = h5t.IEEE_F32LE.copy()
                t.set_fields(31, 20, 11, 0, 20)
                low('float32 of other fields', t)
                """);

        assertThat(words)
                .containsEntry("float16", scalar("16-bit little-endian floating-point 16-bit precision"))
                .containsEntry("STD_U32LE 7", scalar("32-bit little-endian unsigned integer 7-bit precision"));
    }

    @Test
    void strings() {
        Map<String, String> words = assertSameWords("""
                for charset in 'ascii', 'utf-8':
                    for length in None, 1, 10:
                        f.create_dataset(f'{charset} {length}', (), dtype=h5py.string_dtype(charset, length))
                for pad in h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD:
                    for base in h5t.C_S1, h5t.FORTRAN_S1:
                        t = base.copy()
                        t.set_size(5)
                        t.set_strpad(pad)
                        low(f'{pad} {base.get_strpad()}', t)
                """);

        assertThat(words)
                .containsEntry(
                        "utf-8 None",
                        scalar("H5T_STRING { STRSIZE H5T_VARIABLE; STRPAD H5T_STR_NULLTERM; CSET H5T_CSET_UTF8;"
                                + " CTYPE H5T_C_S1; }"));
    }

    @Test
    void enumerations() {
        Map<String, String> words = assertSameWords("""
                f.create_dataset('bool', (), dtype=bool)
                for base in 'i1', 'u1', '<i2', '>i2', '>u4', '<i8', '>i8':
                    least, most = numpy.iinfo(base).min, numpy.iinfo(base).max
                    values = {'LEAST': least, 'ONE': 1, 'most': most}
                    f.create_dataset(base, (), dtype=h5py.enum_dtype(values, base))
                names = {'"quoted"': -7, 'Grün': 9, 'back\\\\slash': 3, 'two  spaces': 4}
                f.create_dataset('names', (), dtype=h5py.enum_dtype(names, 'i2'))
                t = h5t.enum_create(h5t.STD_I32LE)
                for name, value in (b'last', 3), (b'first', 1), (b'middle', 2):
                    t.enum_insert(name, value)
                low('in no order', t)
                """);

        assertThat(words)
                .containsEntry("bool", scalar("H5T_ENUM { H5T_STD_I8LE; \"FALSE\" 0; \"TRUE\" 1; }"))
                .hasEntrySatisfying(">u4", text -> assertThat(text).contains("\"most\" 4294967295;"))
                .hasEntrySatisfying("names", text -> assertThat(text).contains("\"Grün\" 9;", "\"two spaces\" 4;"));
    }

    @Test
    void compoundsArraysAndSequences() {
        Map<String, String> words = assertSameWords("""
                inner = numpy.dtype([('y', 'f8', (2, 3)), ('z', 'S3'), ('Größe', '>u2')])
                outer = numpy.dtype([('x', 'i4'), ('a "quoted" name', inner), ('n' * 100, 'i1'), ('b', bool)])
                f.create_dataset('compound', (2,), dtype=outer)
                f.create_dataset('complex', (), dtype='c16')
                f.create_dataset('array', (2,), dtype=numpy.dtype((inner, (3, 4))))
                f.create_dataset('one axis', (2,), dtype=numpy.dtype(('f4', (3,))))
                f.create_dataset('sequence', (), dtype=h5py.vlen_dtype('i4'))
                f.create_dataset('sequences of compounds', (2,), dtype=h5py.vlen_dtype(inner))
                f.create_dataset('within', (2,), dtype=numpy.dtype([
                    ('text', h5py.string_dtype()), ('sequence', h5py.vlen_dtype('f4')), ('object', h5py.ref_dtype)]))
                low('sequence of sequences', h5t.vlen_create(h5t.vlen_create(h5t.STD_I8LE)))
                """);

        assertThat(words)
                .containsEntry("sequence", scalar("H5T_VLEN { H5T_STD_I32LE}"))
                .containsEntry("complex", scalar("H5T_COMPOUND { H5T_IEEE_F64LE \"r\"; H5T_IEEE_F64LE \"i\"; }"))
                .hasEntrySatisfying(
                        "one axis", text -> assertThat(text).contains("DATATYPE H5T_ARRAY { [3] H5T_IEEE_F32LE } "));
    }

    @Test
    void opaqueBytesAndReferences() {
        Map<String, String> words = assertSameWords("""
                for number, tag in enumerate((b'', b'a tag', b'a "quoted" one')):
                    t = h5t.create(h5t.OPAQUE, 7)
                    t.set_tag(tag)
                    low(f'opaque {number}', t)
                f.create_dataset('object', (2,), dtype=h5py.ref_dtype)
                f.create_dataset('region', (), dtype=h5py.regionref_dtype)
                """);

        assertThat(words)
                .containsEntry("opaque 1", scalar("H5T_OPAQUE { OPAQUE_TAG \"a tag\"; }"))
                .containsEntry("region", scalar("H5T_REFERENCE { H5T_STD_REF_DSETREG }"));
    }

    @Test
    void typesThatHaveNames() {
        Map<String, String> words = assertSameWords("""
                f['named'] = numpy.dtype([('p', 'i4'), ('q', 'f4')])
                f['group/named'] = numpy.dtype('f4')
                f['gone'] = numpy.dtype('i2')
                f.create_dataset('used', (2,), dtype=f['named'])
                f.create_dataset('used too', (), dtype=f['group/named'])
                t = h5t.create(h5t.COMPOUND, 12)
                t.insert(b'n', 0, f['named'].id)
                t.insert(b'm', 8, h5t.STD_I32LE)
                low('in a compound', t)
                """);

        assertThat(words)
                .containsEntry("used too", scalar("\"/group/named\""))
                .hasEntrySatisfying(
                        "in a compound",
                        text -> assertThat(text).contains("H5T_COMPOUND { H5T_COMPOUND { H5T_STD_I32LE \"p\";"));
    }

    @Test
    void typesWithinTypesAtRandom() {
        Map<String, String> words = assertSameWords("""
                import random
                draw = random.Random(3)

                def leaf():
                    return draw.choice([
                        lambda: numpy.dtype(draw.choice('<>') + draw.choice('iu') + draw.choice('1248')),
                        lambda: numpy.dtype(draw.choice('<>') + 'f' + draw.choice('248')),
                        lambda: numpy.dtype(bool),
                        lambda: h5py.string_dtype(draw.choice(['ascii', 'utf-8']), draw.choice([None, 1, 77])),
                        lambda: h5py.enum_dtype({f'N{i}': i for i in range(draw.randint(1, 9))}, draw.choice(['i1', '>i4'])),
                        lambda: h5py.ref_dtype])()

                def any_type(depth):
                    kind = draw.randrange(4) if depth else 0
                    if kind == 1:
                        return h5py.vlen_dtype(any_type(depth - 1))
                    if kind == 2:
                        return numpy.dtype((any_type(depth - 1), tuple(draw.choices(range(1, 5), k=draw.randint(1, 3)))))
                    if kind == 3:
                        return numpy.dtype([(f'member {i}', any_type(depth - 1)) for i in range(draw.randint(1, 5))])
                    return leaf()

                for i in range(300):
                    t = any_type(4)
                    low(str(i), h5t.py_create(t, logical=True))
                """);

        assertThat(words).hasSize(300);
    }

    @Test
    void aTypeWhoseNameIsGone() {
        Path file = directory.resolve("data.h5");
        Python.run(BEGIN + """
                f['gone'] = numpy.dtype('i2')
                f.create_dataset('used', (), dtype=f['gone'])
                del f['gone']
                f.close()
                """, file);

        assertThat(Wording.datasets(file, List.of("used"))).containsEntry("used", scalar("H5T_STD_I16LE"));
    }

    @Test
    void dataspaces() {
        Map<String, String> words = assertSameWords("""
                f['scalar'] = numpy.int32(1)
                f['null'] = h5py.Empty('i4')
                f.create_dataset('fixed', (10, 3), 'i4')
                f.create_dataset('one axis', (0,), 'i4', maxshape=(None,))
                f.create_dataset('rows', (10, 3), 'i4', maxshape=(None, 3))
                f.create_dataset('both', (0, 3), 'i4', maxshape=(None, None))
                f.create_dataset('limited', (1, 2, 3), 'i4', maxshape=(5, None, 7))
                f.create_dataset('many', (1,) * 32, 'i4')
                f.create_dataset('large', (2**40,), 'i1', maxshape=(2**63,), chunks=(7,))
                """);

        assertThat(words)
                .hasEntrySatisfying("null", text -> assertThat(text).contains("DATASPACE NULL"))
                .hasEntrySatisfying(
                        "rows",
                        text -> assertThat(text).contains("DATASPACE SIMPLE { ( 10, 3 ) / ( H5S_UNLIMITED, 3 ) }"));
    }

    @Test
    void layoutsAndFilters() {
        Map<String, String> words = assertSameWords("""
                def make(name, dtype='i4', **options):
                    f.create_dataset(name, (100,), dtype, chunks=(50,), **options)
                make('chunked')
                for level in 0, 4, 9:
                    make(f'gzip {level}', compression='gzip', compression_opts=level)
                make('three filters', shuffle=True, fletcher32=True, compression='gzip')
                make('lzf', compression='lzf')
                make('szip', compression='szip')
                make('szip entropy', compression='szip', compression_opts=('ec', 4))
                make('szip big-endian', dtype='>i4', compression='szip', compression_opts=('nn', 2))
                make('scale and offset', scaleoffset=3)
                make('scale and offset of floats', dtype='f4', scaleoffset=3)
                p = creation()
                p.set_chunk((4, 2))
                p.set_filter(h5py.h5z.FILTER_NBIT)
                p.set_filter(32765, h5py.h5z.FLAG_OPTIONAL, (1, 2**32 - 1))
                low('bits and unknown', h5t.STD_I32LE, h5s.create_simple((4, 2)), p)
                p = creation()
                p.set_layout(h5d.COMPACT)
                low('compact', h5t.STD_I32LE, h5s.create_simple((4,)), p)
                f.create_dataset('contiguous', (4,), 'i4')
                f.create_dataset('external', (4,), 'i4', external=[('x', 0, 8), ('y', 4, h5py.h5f.UNLIMITED)])
                """);

        assertThat(words)
                .hasEntrySatisfying(
                        "gzip 4",
                        text -> assertThat(text)
                                .endsWith(
                                        "STORAGE_LAYOUT { CHUNKED ( 50 ) } FILTERS { COMPRESSION DEFLATE { LEVEL 4 } }"))
                .hasEntrySatisfying("compact", text -> assertThat(text).contains("STORAGE_LAYOUT { COMPACT }"));
    }

    @Test
    void objectsThatAreNoDatasets() {
        Path file = directory.resolve("data.h5");
        Python.run(BEGIN + """
                f['a/type'] = numpy.dtype([('p', 'i4')])
                f['a/data'] = numpy.int32(1)
                f.close()
                """, file);

        assertThat(Wording.objects(file, List.of("/a", "/a/type", "/a/data")).values())
                .containsExactly(
                        "GROUP \"/a\"",
                        "DATATYPE \"/a/type\" H5T_COMPOUND { H5T_STD_I32LE \"p\"; };",
                        "DATASET \"/a/data\" { DATATYPE H5T_STD_I32LE DATASPACE SCALAR }");
    }
}
