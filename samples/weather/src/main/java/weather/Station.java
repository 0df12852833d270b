package weather;

import java.util.Arrays;

/** A station, by the city that it is in. */
enum Station {
    SEATTLE("Seattle"),
    NEW_YORK("New York");

    private final String city;

    Station(String city) {
        this.city = city;
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
}
