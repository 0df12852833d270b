package weather;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.judge.Python;
import io.jhdf.HdfFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeatherTest {

    private static final Path CSV = Path.of("samples/weather/weather.csv");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("weather.h5");
    }

    @Test
    void h5pyReadsTheNumbersOfTheCsv() {
        assertThat(run(file.toString())).as(text(err)).isZero();

        assertThat(Python.run("""
                import csv, h5py, numpy, sys
                with open(sys.argv[2]) as lines:
                    days = list(csv.DictReader(lines))
                with h5py.File(sys.argv[1], 'r') as f:
                    for city, group in f.items():
                        here = [day for day in days if day['location'] == city]
                        def column(name):
                            return [float(day[name]) for day in here]
                        expected = {
                            'temperature': numpy.array([column('temp_min'), column('temp_max')]).T,
                            'precipitation': numpy.array(column('precipitation')),
                            'wind': numpy.array(column('wind')),
                            'date': numpy.array([day['date'] for day in here], 'M8[D]').astype('i8'),
                        }
                        for name, values in expected.items():
                            assert group[name].dtype == values.dtype, (city, name, group[name].dtype)
                            numpy.testing.assert_array_equal(group[name][()], values, f'{city} {name}')
                        for name, field in ('sky', 'weather'), ('station', 'location'):
                            words = {n: word for word, n in h5py.check_enum_dtype(group[name].dtype).items()}
                            wanted = [day[field].upper().replace(' ', '_') for day in here]
                            assert [words[n] for n in group[name][()]] == wanted, (city, name)
                        assert group['temperature'].attrs['units'] == 'degC'
                        assert group['precipitation'].attrs['units'] == 'mm'
                        print(city, group.attrs['latitude'], group.attrs['longitude'])
                        print(city, *sorted(group), *sorted({group[name].shape[0] for name in expected}))
                """, file, CSV).lines())
                .containsExactly(
                        "New York 40.71 -74.01",
                        "New York date dim_2 precipitation sky station temperature wind 1461",
                        "Seattle 47.61 -122.33",
                        "Seattle date dim_2 precipitation sky station temperature wind 1461");
    }

    @Test
    void showsTheFileAndHowToOpenIt() {
        run(file.toString());

        List<String> lines = text(out).lines().toList();
        assertThat(lines.get(0)).isEqualTo(file.toString());
        assertThat(lines)
                .contains(
                        "  Seattle                     latitude: 47.61, longitude: -122.33",
                        "    temperature     (1461, 2)   long_name: lowest and highest temperature, units: degC",
                        "    date            (1461,)     units: days since 1970-01-01");
        List<String> python = lines.subList(lines.size() - 3, lines.size());
        assertThat(python)
                .containsExactly(
                        "import h5py",
                        "file = h5py.File(\"" + file.toString().replace('\\', '/') + "\", \"r\")",
                        "print(file[\"Seattle/temperature\"][-3:])");
        assertThat(Python.run(String.join("\n", python)).replaceAll("\\s+", " "))
                .as("lowest and highest of the last days of 2015")
                .contains("7.2] [-1. 5.6] [-2.1 5.6]]");
    }

    @Test
    void replacesAFileThatExists() {
        run(file.toString());
        run(file.toString());

        try (HdfFile data = new HdfFile(file)) {
            assertThat(data.getDatasetByPath("/Seattle/wind").getDimensions()).containsExactly(1461);
            assertThat(data.getDatasetByPath("/New York/wind").getDimensions()).containsExactly(1461);
        }
    }

    @Test
    void tellsWhatIsWrongInOneLine() throws IOException {
        Path csv = directory.resolve("other.csv");
        Files.writeString(csv, "header\nSeattle,2012-01-01,0.0,12.8,5.0,4.7,drizzle\nOslo,2012-01-01,0,1,2,3,sun\n");

        assertThat(run(directory.toString())).isNotZero();
        assertThat(run(file.toString(), csv.toString())).isNotZero();
        assertThat(run(file.toString(), directory.resolve("missing").toString()))
                .isNotZero();
        assertThat(run("a", "b", "c")).isNotZero();

        assertThat(text(out)).isEmpty();
        assertThat(text(err).lines())
                .containsExactly(
                        "weather: " + directory + ": it is a directory; 0 records are safe in the file",
                        "weather: line 3 is no day, but Oslo,2012-01-01,0,1,2,3,sun: there is no station Oslo",
                        "weather: there is no file " + directory.resolve("missing") + "; see --help",
                        "weather: Unmatched argument at index 2: 'c'; see --help");
    }

    @Test
    void hasHelp() {
        assertThat(run("--help")).isZero();

        assertThat(text(out)).startsWith("Usage: weather ").contains("by default weather.h5.");
        assertThat(text(err)).isEmpty();
    }

    private int run(String... args) {
        return Weather.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), args);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(UTF_8);
    }
}
