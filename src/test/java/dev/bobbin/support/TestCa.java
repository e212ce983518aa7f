package dev.bobbin.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A certificate authority that nobody but a test trusts. Its files live in a directory of their own until {@link #close()}.
 * The JDK's keytool makes the certificates, since the JDK has no public API that does.
 */
public final class TestCa implements AutoCloseable {

    /**
     * A server's certificate, in the forms that servers ask for.
     *
     * @param certPem the certificate, then the CA's
     * @param keyPem the key in PKCS #8, readable by its owner only, which Postgres insists on
     * @param keystore the same two as PKCS #12
     * @param password the key store's, and that of the key in it
     */
    public record ServerCertificate(Path certPem, Path keyPem, Path keystore, String password) {}

    private static final String PASSWORD = "changeit";

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path directory;
    private final Path keystore;
    private final Path pem;
    private int certificates;

    private TestCa(Path directory) {
        this.directory = directory;
        keystore = directory.resolve("ca.p12");
        pem = directory.resolve("ca.pem");
    }

    public static TestCa create() {
        try {
            TestCa ca = new TestCa(Files.createTempDirectory("test-ca"));
            ca.generate(ca.keystore, "ca", "CN=Bobbin test CA", "bc:c=ca:true", "ku:c=keyCertSign,cRLSign");
            ca.write(ca.pem, pem("CERTIFICATE", ca.open(ca.keystore).getCertificate("ca")));
            return ca;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The CA's certificate: what {@code sslrootcert} names. */
    public Path pem() {
        return pem;
    }

    /** A new certificate for these host names and IPv4 addresses, the first of which is its common name. */
    public synchronized ServerCertificate certificateFor(String... names) {
        Path base = directory.resolve("server-" + ++certificates);
        ServerCertificate server =
                new ServerCertificate(Path.of(base + ".pem"), Path.of(base + ".key"), Path.of(base + ".p12"), PASSWORD);
        try {
            // keytool signs with a key of the same store only
            Files.copy(keystore, server.keystore);
            generate(
                    server.keystore,
                    "server",
                    "CN=" + names[0],
                    "san=" + Stream.of(names).map(TestCa::san).collect(Collectors.joining(",")),
                    "ku:c=digitalSignature",
                    "eku=serverAuth");
            KeyStore store = open(server.keystore);
            store.deleteEntry("ca");
            try (var out = Files.newOutputStream(server.keystore)) {
                store.store(out, PASSWORD.toCharArray());
            }
            StringBuilder chain = new StringBuilder();
            for (Certificate certificate : store.getCertificateChain("server")) {
                chain.append(pem("CERTIFICATE", certificate));
            }
            write(server.certPem, chain.toString());
            Key key = store.getKey("server", PASSWORD.toCharArray());
            write(server.keyPem, pem("PRIVATE KEY", key.getEncoded()));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes every file it made. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A key pair and its certificate, signed by the store's {@code ca} unless it is that itself. */
    private void generate(Path store, String alias, String name, String... extensions) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1"));
        command.addAll(List.of("-sigalg", "SHA256withECDSA", "-validity", "30", "-startdate", "-1d"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        if (!alias.equals("ca")) {
            command.addAll(List.of("-signer", "ca"));
        }
        Arrays.stream(extensions).forEach(extension -> command.addAll(List.of("-ext", extension)));
        Path output = directory.resolve("keytool.log");
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IllegalStateException(command + "\n" + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private KeyStore open(Path file) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private void write(Path file, String text) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.writeString(Files.createFile(file, ownerOnly), text);
    }

    private static String san(String name) {
        return (name.matches("\\d+(\\.\\d+){3}") ? "ip:" : "dns:") + name;
    }

    private static String pem(String what, Certificate certificate) throws GeneralSecurityException {
        return pem(what, certificate.getEncoded());
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + LINES.encodeToString(der) + "\n-----END " + what + "-----\n";
    }
}
