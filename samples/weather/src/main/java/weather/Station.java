package weather;

import java.util.Arrays;

/** A station, with the place of its city. */
enum Station {
    SEATTLE("Seattle", 47.61, -122.33),
    NEW_YORK("New York", 40.71, -74.01);

    private final String city;
    private final double latitude;
    private final double longitude;

    Station(String city, double latitude, double longitude) {
        this.city = city;
        this.latitude = latitude;
        this.longitude = longitude;
    }

    static Station of(String city) {
        return Arrays.stream(values())
                .filter(station -> station.city.equals(city))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no station " + city));
    }

    /** The group that holds its days. */
    String group() {
        return "/" + city;
    }

    /** Degrees north. */
    double latitude() {
        return latitude;
    }

    /** Degrees east. */
    double longitude() {
        return longitude;
    }
}
