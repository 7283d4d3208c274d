// Test tool: starts mongo-java-server on 127.0.0.1. Arguments: PORT, then a directory or ":memory:".
// It announces wire version 13 (MongoDB 5.0), because today's drivers refuse the 8 it says by itself.

import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

public final class Main {
    private record Announced(List<Integer> getVersionArray, int getWireVersion) implements MongoVersion {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        MongoBackend backend;
        if (":memory:".equals(args[1])) {
            backend = new MemoryBackend();
        } else {
            Path dir = Files.createDirectories(Path.of(args[1]));
            backend = new H2Backend(dir.resolve("data.mv").toString());
        }
        MongoServer server = new MongoServer(backend.version(new Announced(List.of(5, 0, 0), 13)));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.bind("127.0.0.1", port);
    }
}
