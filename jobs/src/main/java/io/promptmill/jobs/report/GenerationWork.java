package io.promptmill.jobs.report;

import io.promptmill.jobs.drawing.Curve;
import io.promptmill.jobs.drawing.Curve.Point;
import io.promptmill.jobs.drawing.LineChart;
import io.promptmill.jobs.drawing.Timeline;
import io.promptmill.jobs.output.ChunkWork;
import io.promptmill.jobs.output.ChunkWork.Place;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.output.StoredOutput.Generation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chunks of an output whose time and place are recorded, along the time that its drivers were at work: what lies between
 * two drivers is left out. Immutable.
 *
 * @param chunks in the order in which they began
 * @param drivers in the order in which they began
 */
record GenerationWork(List<DoneChunk> chunks, List<Driver> drivers) {
    private static final double HOUR = 3600;
    private static final double MINUTE = 60;
    private static final int POINTS = 60;
    private static final int MOST_LANES = 24;

    /** Curves of single executors, beside that of all. */
    private static final int MOST_CURVES = 3;

    GenerationWork {
        chunks = List.copyOf(chunks);
        drivers = List.copyOf(drivers);
    }

    /**
     * A chunk that is done.
     *
     * @param name of its file
     */
    record DoneChunk(String name, long prompts, long tokens, ChunkWork work) {
        double rate() {
            return tokens / Math.max(work.seconds(), 1e-3);
        }
    }

    /**
     * What one driver has done.
     *
     * @param before seconds that the drivers before it were at work
     */
    record Driver(String application, Instant begun, Instant ended, double before) {
        double seconds() {
            return GenerationWork.seconds(begun, ended);
        }
    }

    static GenerationWork of(StoredOutput output) {
        List<DoneChunk> chunks = new ArrayList<>();
        for (Generation generation : output.generations()) {
            for (Manifest.Chunk chunk :
                    generation.manifest().map(Manifest::chunks).orElse(List.of())) {
                ChunkWork work = generation.work().get(chunk.chunk());
                if (chunk.file() != null && work != null) {
                    chunks.add(new DoneChunk(chunk.file(), chunk.prompts(), chunk.generatedTokens(), work));
                }
            }
        }
        chunks.sort(
                Comparator.comparing((DoneChunk chunk) -> chunk.work().begun()).thenComparing(DoneChunk::name));
        return new GenerationWork(chunks, drivers(chunks));
    }

    private static List<Driver> drivers(List<DoneChunk> chunks) {
        Map<String, Driver> byApplication = new LinkedHashMap<>();
        for (DoneChunk chunk : chunks) {
            String application = chunk.work().place().application();
            byApplication.merge(
                    application,
                    new Driver(application, chunk.work().begun(), chunk.work().ended(), 0),
                    (one, more) -> new Driver(
                            application, one.begun, one.ended.isBefore(more.ended) ? more.ended : one.ended, 0));
        }
        List<Driver> drivers = new ArrayList<>();
        double before = 0;
        for (Driver driver : byApplication.values()) {
            drivers.add(new Driver(driver.application, driver.begun, driver.ended, before));
            before += driver.seconds();
        }
        return drivers;
    }

    /** Seconds that drivers were at work. */
    double seconds() {
        return drivers.stream().mapToDouble(Driver::seconds).sum();
    }

    long tokens() {
        return chunks.stream().mapToLong(DoneChunk::tokens).sum();
    }

    /** The executors in the order in which they came, with their chunks. */
    Map<Place, List<DoneChunk>> byPlace() {
        Map<Place, List<DoneChunk>> places = new LinkedHashMap<>();
        chunks.forEach(chunk -> places.computeIfAbsent(chunk.work().place(), place -> new ArrayList<>())
                .add(chunk));
        return places;
    }

    /** What a chart calls an executor. */
    String name(Place place) {
        String executor = place.executor().equals("driver") ? "driver" : "executor " + place.executor();
        return drivers.size() == 1 ? executor : number(place.application()) + ". run, " + executor;
    }

    /** The number of a driver, from 1. */
    int number(String application) {
        return drivers.stream().map(Driver::application).toList().indexOf(application) + 1;
    }

    /** Generated tokens in a second; where there are few executors, of each of them. */
    LineChart rate() {
        List<Curve> curves = new ArrayList<>();
        Map<Place, List<DoneChunk>> places = byPlace();
        if (places.size() > 1) {
            curves.add(curve("all", chunks));
        }
        if (drivers.size() == 1 && places.size() <= MOST_CURVES) {
            places.forEach((place, done) -> curves.add(curve(name(place), done)));
        }
        return new LineChart("Tokens a second", across(), curves);
    }

    private Curve curve(String name, List<DoneChunk> done) {
        double width = seconds() / POINTS;
        if (width <= 0) {
            return new Curve(name, List.of());
        }
        double[] tokens = new double[POINTS];
        for (DoneChunk chunk : done) {
            double from = at(chunk, chunk.work().begun());
            double to = at(chunk, chunk.work().ended());
            int last = (int) Math.min(to / width, POINTS - 1.0);
            for (int i = (int) Math.min(from / width, POINTS - 1.0); i <= last; i++) {
                double within = Math.min(to, (i + 1) * width) - Math.max(from, i * width);
                tokens[i] += chunk.rate() * Math.max(within, 0);
            }
        }
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            points.add(new Point((i + 0.5) * width / unit(), tokens[i] / width));
        }
        return new Curve(name, points);
    }

    /** Which executor computed what, and how fast. */
    Timeline timeline() {
        double fastest = chunks.stream().mapToDouble(DoneChunk::rate).max().orElse(0);
        List<Timeline.Lane> lanes = new ArrayList<>();
        byPlace().entrySet().stream()
                .limit(MOST_LANES)
                .map(place -> new Timeline.Lane(
                        name(place.getKey()),
                        place.getValue().stream()
                                .map(chunk -> bar(chunk, fastest))
                                .toList()))
                .forEach(lanes::add);
        int more = byPlace().size() - lanes.size();
        if (more > 0) {
            lanes.add(new Timeline.Lane("and " + RunTables.whole(more) + " more", List.of()));
        }
        return new Timeline(
                "Chunks by executor, the faster the stronger",
                across(),
                lanes,
                drivers.stream().skip(1).map(driver -> driver.before / unit()).toList());
    }

    private Timeline.Bar bar(DoneChunk chunk, double fastest) {
        return new Timeline.Bar(
                at(chunk, chunk.work().begun()) / unit(),
                at(chunk, chunk.work().ended()) / unit(),
                fastest == 0 ? 1 : chunk.rate() / fastest,
                chunk.name() + ": " + RunTables.whole(chunk.tokens()) + " tokens in "
                        + Figures.duration(chunk.work().seconds()));
    }

    private String across() {
        String unit = unit() == HOUR ? "hours" : unit() == MINUTE ? "minutes" : "seconds";
        return drivers.size() > 1 ? unit + " of work, pauses left out" : unit + " since the first chunk began";
    }

    private double unit() {
        double all = seconds();
        return all >= 2 * HOUR ? HOUR : all >= 2 * MINUTE ? MINUTE : 1;
    }

    /** Seconds of work before a moment of a chunk. */
    private double at(DoneChunk chunk, Instant moment) {
        Driver driver = drivers.get(number(chunk.work().place().application()) - 1);
        return driver.before + seconds(driver.begun, moment);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }
}
