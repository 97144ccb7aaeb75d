import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends one grant packet to Docket with kafka-clients. README.md beside this file explains options and headers. */
public final class GrantProducer {
  private static final String USAGE = """
      usage: java -cp 'JARS/*' GrantProducer.java --brokers HOST:PORT[,...] --source SOURCE --id ID --file FILE
             [--key KEY] [--batch UUID] [--compression none|gzip|snappy|lz4|zstd] [--topic TOPIC]""";
  private static final List<String> REQUIRED = List.of("--brokers", "--source", "--id", "--file");
  private static final List<String> OPTIONAL = List.of("--key", "--batch", "--compression", "--topic");

  public static void main(String[] args) throws Exception {
    Map<String, String> options = readOptions(args);
    String id = options.get("--id");
    byte[] packet = Files.readAllBytes(Path.of(options.get("--file")));

    var record = new ProducerRecord<>(
        options.getOrDefault("--topic", "grants.inbound"), options.getOrDefault("--key", id), packet);
    addHeader(record, "ce_specversion", "1.0");
    addHeader(record, "ce_id", id);
    addHeader(record, "ce_source", options.get("--source"));
    addHeader(record, "ce_type", "docket.grant.submission.v1");
    addHeader(record, "content-type", "application/json");
    if (options.containsKey("--batch")) addHeader(record, "docket-batch-trace-id", options.get("--batch"));

    Map<String, Object> settings = Map.of(
        "bootstrap.servers", options.get("--brokers"),
        "acks", "all",
        "enable.idempotence", true,
        "delivery.timeout.ms", 60_000,
        "compression.type", options.getOrDefault("--compression", "none"));
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      // get() waits for the acknowledgement: until then nothing is known to be written.
      var written = producer.send(record).get();
      System.out.println(written.topic() + "/" + written.partition() + "/" + written.offset());
    } catch (ExecutionException | KafkaException failure) {
      System.err.println("not written: " + failure.getMessage());
      System.exit(1);
    }
  }

  private static void addHeader(ProducerRecord<?, ?> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> readOptions(String[] args) {
    var options = new HashMap<String, String>();
    for (int at = 0; at + 1 < args.length; at += 2) options.put(args[at], args[at + 1]);
    Set<String> given = options.keySet();
    boolean known = given.stream().allMatch(name -> REQUIRED.contains(name) || OPTIONAL.contains(name));
    if (args.length % 2 != 0 || !known || !given.containsAll(REQUIRED)) {
      System.err.println(USAGE);
      System.exit(2);
    }
    return options;
  }
}
