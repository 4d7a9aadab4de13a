import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;

/**
 * Makes the texts that the sample model learns from of unpacked Debian packages, as JSON lines for {@code prepare}: {@code mixture.jsonl}
 * (all), {@code last.jsonl} (what it is to sound like), {@code held-out.jsonl} (what it is judged by). {@code make-sample-model} runs it:
 *
 * <pre>java sample-prompts/SampleCorpus.java FOLDER_OF_PACKAGES FOLDER_OF_TEXTS</pre>
 *
 * <p>A text's id is the beginning of its SHA-256, and texts are in the order of their ids: the same packages give the same bytes. In
 * {@code sample-prompts}, {@code held-out.sha256} has the ids of the 400 texts that are held out, in their order, and {@code left-out-words.sha256} those
 * of slurs and of words for sex and violence: texts with one of them are left out.
 */
public final class SampleCorpus {
    private static final Set<String> OFFENSIVE =
            Set.of("ethnic", "men-women", "sex", "drugs", "politics", "religion", "ascii-art", "songs-poems");
    /** They teach names, nicknames and capitals. Texts of them were among those held out before they were left out. */
    private static final Set<String> OF_ANOTHER_TONE = Set.of("zippy", "knghtbrd", "translate-me", "debian", "startrek");

    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern STRUCK_OVER = Pattern.compile(".\b", Pattern.UNIX_LINES);
    private static final Pattern ATTRIBUTION = Pattern.compile("\\s+--+\\s*\\S.*$", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern ALL_QUOTED = Pattern.compile("^\"([^\"]*)\"$");
    private static final Pattern NO_PROSE = Pattern.compile("@|http|<|>|_{3}|-{3}|={3}|\\*{3}");
    private static final Pattern BETWEEN_PARAGRAPHS = Pattern.compile("\\n\\s*\\n");
    private static final Pattern WORD = Pattern.compile("\\p{L}+");

    private final Path packages;
    private final Path here;
    private final Set<String> leftOutWords;

    private SampleCorpus(Path packages, Path here) throws IOException {
        this.packages = packages;
        this.here = here;
        leftOutWords = new HashSet<>(Files.readAllLines(here.resolve("left-out-words.sha256")));
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: java SampleCorpus.java FOLDER_OF_PACKAGES FOLDER_OF_TEXTS");
            System.exit(2);
        }
        Path here = Path.of("sample-prompts");
        new SampleCorpus(Path.of(arguments[0]), here).write(Files.createDirectories(Path.of(arguments[1])));
    }

    private void write(Path folder) throws IOException {
        Set<String> heldOut = new HashSet<>(Files.readAllLines(here.resolve("held-out.sha256")));
        List<String> fortunes = new ArrayList<>();
        Map<String, String> heldOutTexts = new LinkedHashMap<>();
        fortunes().forEach((file, texts) -> texts.forEach(text -> {
            if (heldOut.contains(id(text))) {
                heldOutTexts.put(id(text), text);
            } else if (!OF_ANOTHER_TONE.contains(file)) {
                fortunes.add(text);
            }
        }));
        if (heldOutTexts.size() != heldOut.size()) {
            throw new IOException("only " + heldOutTexts.size() + " of the " + heldOut.size()
                    + " held-out texts are in the packages: they are of another version");
        }
        Map<String, List<String>> last = new LinkedHashMap<>();
        last.put("Fortunes", fortunes);
        last.put("The Devil's Dictionary", dictionary());
        Map<String, List<String>> mixture = new LinkedHashMap<>(last);
        mixture.put("The Jargon File", jargon());
        mixture.put("WordNet", Stream.concat(examples().stream(), definitions().stream()).toList());
        mixture.put("Jane Austen", novels());
        write(folder.resolve("mixture.jsonl"), mixture, heldOut);
        write(folder.resolve("last.jsonl"), last, heldOut);

        List<String> lines = new ArrayList<>();
        for (String id : Files.readAllLines(here.resolve("held-out.sha256"))) {
            lines.add(line("Fortunes", id, heldOutTexts.get(id)));
        }
        Files.write(folder.resolve("held-out.jsonl"), lines);
        System.out.printf("held-out.jsonl: %,d texts%n", lines.size());
    }

    private void write(Path file, Map<String, List<String>> sources, Set<String> heldOut) throws IOException {
        Map<String, Map<String, String>> kept = new LinkedHashMap<>();
        Set<String> ids = new HashSet<>(heldOut);
        List<String> lines = new ArrayList<>();
        sources.forEach((source, texts) -> {
            Map<String, String> byId = new TreeMap<>();
            texts.stream().filter(fit()).filter(text -> ids.add(id(text))).forEach(text -> byId.put(id(text), text));
            byId.forEach((id, text) -> lines.add(line(source, id, text)));
            kept.put(source, byId);
        });
        Files.write(file, lines);
        tell(file, kept);
    }

    private Predicate<String> fit() {
        return text -> WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .noneMatch(word -> leftOutWords.contains(id(word)));
    }

    private static void tell(Path file, Map<String, Map<String, String>> sources) {
        sources.forEach((source, texts) -> System.out.printf(
                "%s: %s, %,d texts, %,d characters%n",
                file.getFileName(),
                source,
                texts.size(),
                texts.values().stream().mapToInt(String::length).sum()));
    }

    /** Texts by the file they stand in, both in the order of the package. */
    private Map<String, List<String>> fortunes() throws IOException {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Path file : files("usr/share/games/fortunes", "*")) {
            String name = file.getFileName().toString();
            if (name.contains(".") || OFFENSIVE.contains(name)) {
                continue;
            }
            String whole;
            try {
                whole = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                        .toString();
            } catch (CharacterCodingException e) {
                continue; // the same texts in an older encoding
            }
            List<String> texts = new ArrayList<>();
            for (String part : whole.split("\n%\n")) {
                String text = oneLine(STRUCK_OVER.matcher(part).replaceAll(""));
                text = ATTRIBUTION.matcher(text).replaceFirst(""); // made-up lines must not carry real names
                text = ALL_QUOTED.matcher(text).replaceFirst("$1");
                if (!NO_PROSE.matcher(text).find() && hasLength(text, 20, 400)) {
                    texts.add(text);
                }
            }
            all.put(name, texts);
        }
        return all;
    }

    /** The example sentences of WordNet, as sentences. */
    private List<String> examples() throws IOException {
        Pattern quoted = Pattern.compile("\"([^\"]+)\"");
        Set<String> examples = new TreeSet<>();
        for (String line : wordNet()) {
            quoted.matcher(gloss(line)).results().map(match -> match.group(1).strip()).forEach(text -> {
                if (hasLength(text, 20, 280) && SPACE.split(text).length >= 5) {
                    examples.add(text);
                }
            });
        }
        return examples.stream().map(SampleCorpus::sentence).toList();
    }

    /** What WordNet says of the words that name nobody and no place, in the form of The Devil's Dictionary. */
    private List<String> definitions() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String line : wordNet()) {
            String word = line.split(" ")[4].replaceFirst("\\(.*", "").replace('_', ' ');
            String gloss = gloss(line).replaceFirst("(?s)[;:]?\\s*\".*", "").strip();
            String text = sentence(word + ": " + gloss);
            if (word.matches("[a-z][a-z' -]+") && hasLength(gloss, 20, 280) && !NO_PROSE.matcher(text).find()) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** A line for each meaning; those before the first are the licence. */
    private List<String> wordNet() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files("usr/share/wordnet", "data.*")) {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (!line.startsWith("  ") && line.contains("|")) {
                    lines.add(line);
                }
            }
        }
        return lines;
    }

    private static String gloss(String line) {
        return line.substring(line.indexOf('|') + 1);
    }

    /** The short paragraphs of the Jargon File that are whole sentences. */
    private List<String> jargon() throws IOException {
        Pattern noSentence = Pattern.compile("\\[\\w+\\]|See also|^\\d|^:");
        String whole;
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(packages.resolve("usr/share/doc/jargon-text/jargon.txt.gz")))) {
            whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> texts = new ArrayList<>();
        for (String paragraph : BETWEEN_PARAGRAPHS.split(whole)) {
            String text = oneLine(paragraph).replaceAll("[{}]", "").replaceAll("[‘’]", "'").replaceAll("[“”]", "\"");
            boolean isProse = !NO_PROSE.matcher(text).find() && !noSentence.matcher(text).find();
            if (hasLength(text, 40, 400) && text.matches(".*[.!?]") && SPACE.split(text).length >= 8 && isProse) {
                texts.add(text);
            }
        }
        return texts;
    }

    private static String sentence(String text) {
        String begun = Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return begun.matches(".*[.!?]") ? begun : begun + ".";
    }

    /** The articles of The Devil's Dictionary that are short, without its verses. */
    private List<String> dictionary() throws IOException {
        Pattern article = Pattern.compile("^([A-Z][A-Z'\\- ]+), (?:n|adj|v\\.t|v\\.i|v|adv|pp|n\\.pl|p\\.p|x)\\.\\s+(.*)$");
        List<String> texts = new ArrayList<>();
        for (Path file : files("usr/share/dictd", "*.dict.dz")) {
            byte[] bytes;
            try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                bytes = in.readAllBytes();
            }
            for (String paragraph : BETWEEN_PARAGRAPHS.split(new String(bytes, StandardCharsets.ISO_8859_1))) {
                if (paragraph.startsWith("    ")) {
                    continue;
                }
                String text = article.matcher(oneLine(paragraph)).replaceFirst(match -> {
                    String word = match.group(1);
                    return Matcher.quoteReplacement(
                            word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT) + ": " + match.group(2));
                });
                if (hasLength(text, 20, 400) && !NO_PROSE.matcher(text).find()) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    /** Sentences of Jane Austen's novels that name nobody: names of her people would be in every other line of the model. */
    private List<String> novels() throws IOException {
        Pattern ends = Pattern.compile("(?<=[.!?])(?<!\\b(?:Mr|Mrs|Dr|St)\\.)\\s+(?=[\"A-Z])");
        Pattern name = Pattern.compile("(?<![.!?]\\s)(?<!^)(?<![\"\\-])\\b(?!I\\b)[A-Z]|\\b(?:Mr|Mrs|Miss|Lady|Sir)\\b|[A-Z]{3}");
        List<String> texts = new ArrayList<>();
        Path file = packages.resolve("usr/lib/R/site-library/janeaustenr/data/Rdata.rdb");
        for (byte[] object : objects(Files.readAllBytes(file))) {
            for (String paragraph : BETWEEN_PARAGRAPHS.split(String.join("\n", texts(object)))) {
                for (String part : ends.split(oneLine(paragraph))) {
                    String text = part.replace("_", "").strip();
                    if (text.chars().filter(character -> character == '"').count() % 2 == 1) {
                        text = text.replace("\"", "").strip();
                    }
                    if (hasLength(text, 25, 280) && text.matches(".*[.!?]\"?") && !name.matcher(text).find()) {
                        texts.add(text);
                    }
                }
            }
        }
        return texts;
    }

    /** The objects of R's lazy-load database: each is its length (4 bytes), sometimes a letter, and a zlib stream. */
    private static List<byte[]> objects(byte[] database) {
        List<byte[]> objects = new ArrayList<>();
        int at = 0;
        while (at < database.length - 6) {
            int used = 0;
            for (int header = 4; header <= 5 && used == 0; header++) {
                Inflater inflater = new Inflater();
                ByteArrayOutputStream object = new ByteArrayOutputStream();
                byte[] buffer = new byte[1 << 16];
                try {
                    inflater.setInput(database, at + header, database.length - at - header);
                    while (!inflater.finished()) {
                        int count = inflater.inflate(buffer);
                        if (count == 0 && !inflater.finished()) {
                            throw new DataFormatException("not whole");
                        }
                        object.write(buffer, 0, count);
                    }
                    used = header + (int) inflater.getBytesRead();
                    objects.add(object.toByteArray());
                } catch (DataFormatException e) {
                    used = 0;
                } finally {
                    inflater.end();
                }
            }
            at += Math.max(used, 1);
        }
        return objects;
    }

    /** The strings of a serialized R object: a flag word of their kind (ASCII), the length, the bytes. */
    private static List<String> texts(byte[] object) {
        List<String> texts = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(object);
        int at = 0;
        while (at + 8 <= object.length) {
            if (bytes.getInt(at) != 0x00040009) {
                at++;
                continue;
            }
            int length = bytes.getInt(at + 4);
            if (length < 0 || length > 2000 || at + 8 + length > object.length) {
                texts.add("");
                at += 4;
                continue;
            }
            texts.add(new String(object, at + 8, length, StandardCharsets.UTF_8));
            at += 8 + length;
        }
        return texts;
    }

    private List<Path> files(String folder, String pattern) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(packages.resolve(folder), pattern)) {
            found.forEach(files::add);
        }
        files.sort(null);
        return files;
    }

    private static String oneLine(String text) {
        return SPACE.matcher(text).replaceAll(" ").strip();
    }

    private static boolean hasLength(String text, int least, int most) {
        int length = text.codePointCount(0, text.length());
        return length >= least && length <= most;
    }

    private static String id(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String line(String source, String id, String text) {
        String user = source.toLowerCase(Locale.ROOT).replace("'", "").replace(' ', '_');
        return "{\"user\":" + json(user) + ",\"name\":" + json(source) + ",\"id\":" + json(id) + ",\"is_retweet\":false,\"text\":"
                + json(text) + "}";
    }

    private static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            if (character == '"' || character == '\\') {
                json.append('\\').append(character);
            } else if (character < ' ') {
                json.append(String.format("\\u%04x", (int) character));
            } else {
                json.append(character);
            }
        }
        return json.append('"').toString();
    }
}
