import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.ValueMapper;

/**
 * The benchmark's three hops in Kafka Streams, exactly_once_v2. Arguments: brokers, prefix of topics and application,
 * folder for its state, then settings of Kafka Streams as name=value. Says "ready" when it runs; ends on SIGTERM.
 */
public final class Pipeline {
    public static void main(String[] arguments) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1] + ".streams");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[2]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        for (int index = 3; index < arguments.length; index++) {
            String[] setting = arguments[index].split("=", 2);
            settings.put(setting[0], setting[1]);
        }

        KafkaStreams streams = new KafkaStreams(topology(arguments[1]), settings);
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) System.out.println("ready");
            if (now == KafkaStreams.State.ERROR) Runtime.getRuntime().halt(1);
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(8))));
        streams.start();
    }

    private static Topology topology(String prefix) {
        StreamsBuilder builder = new StreamsBuilder();
        hop(builder, prefix + ".in", prefix + ".a", value -> write(read(value)));
        hop(builder, prefix + ".a", prefix + ".b", value -> write(Rules.checked(read(value))));
        hop(builder, prefix + ".b", prefix + ".out", value -> write(outcomeOf(read(value))));
        return builder.build();
    }

    private static void hop(StreamsBuilder builder, String from, String to, ValueMapper<byte[], byte[]> step) {
        Serde<byte[]> bytes = Serdes.ByteArray();
        builder.stream(from, Consumed.with(bytes, bytes)).mapValues(step).to(to, Produced.with(bytes, bytes));
    }

    private static JsonNode outcomeOf(JsonNode unit) {
        ObjectNode outcome = JSON.createObjectNode();
        for (String field : new String[] {"id", "subject", "sequence"}) outcome.set(field, unit.get(field));
        return outcome;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode read(byte[] value) {
        try {
            JsonNode node = JSON.readTree(value);
            if (!node.isObject()) throw new IllegalArgumentException("a record of the pipeline is no JSON object");
            return node;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static byte[] write(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** The checks of src/workload/unit.dto.ts: eleven fields, all required, nothing else, no coercion. */
    private static final class Rules {
        private static final Set<String> FIELDS = Set.of(
            "id", "subject", "sequence", "scheduledAt", "program", "applicant", "currency", "amountMinor", "submittedOn", "tags", "narrative");
        private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        private static final Pattern SUBJECT = Pattern.compile("SUB-\\d{6}");
        private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
        private static final Set<String> CURRENCIES = Set.of("EUR", "GBP", "USD");

        static JsonNode checked(JsonNode unit) {
            unit.fieldNames().forEachRemaining(name -> require(FIELDS.contains(name), "no unknown field"));
            matches(unit, "id", ID);
            matches(unit, "subject", SUBJECT);
            wholeNumber(unit, "sequence", 0, Long.MAX_VALUE);
            require(unit.path("scheduledAt").isNumber() && unit.get("scheduledAt").doubleValue() >= 0, "scheduledAt");
            length(unit.path("program"), 64, "program");
            length(unit.path("applicant"), 120, "applicant");
            require(unit.path("currency").isTextual() && CURRENCIES.contains(unit.get("currency").textValue()), "currency");
            wholeNumber(unit, "amountMinor", 1, 1_000_000_000_000L);
            matches(unit, "submittedOn", DATE);
            JsonNode tags = unit.path("tags");
            require(tags.isArray() && tags.size() >= 1 && tags.size() <= 8, "tags");
            tags.forEach(tag -> length(tag, 32, "tags"));
            length(unit.path("narrative"), 2_000, "narrative");
            return unit;
        }

        private static void matches(JsonNode unit, String field, Pattern pattern) {
            JsonNode value = unit.path(field);
            require(value.isTextual() && pattern.matcher(value.textValue()).matches(), field);
        }

        private static void wholeNumber(JsonNode unit, String field, long least, long most) {
            JsonNode value = unit.path(field);
            require(value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= least && value.longValue() <= most, field);
        }

        private static void length(JsonNode value, int most, String field) {
            require(value.isTextual(), field);
            int characters = value.textValue().codePointCount(0, value.textValue().length());
            require(characters >= 1 && characters <= most, field);
        }

        private static void require(boolean holds, String what) {
            if (!holds) throw new IllegalArgumentException("a unit breaks a rule: " + what);
        }
    }
}
