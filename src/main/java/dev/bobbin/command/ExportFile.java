package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import dev.bobbin.transfer.ExportPlace;
import dev.bobbin.transfer.ImportLine;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file of an export. It gets its name when it is complete; until then it can be continued, whatever ended the export. */
final class ExportFile implements AutoCloseable {

    private static final int BUFFER = 1 << 18;

    /** Longer than what is before the document in any line. */
    private static final int BEGINNING = 8_192;

    private static final Pattern ROW = Pattern.compile("\\{\"type\":\"\\w+\",\"cursor\":\"([\\w-]+)\"");

    /**
     * What the whole lines of a file end with.
     *
     * @param place of the last row of the owner; null for none
     * @param complete whether the owner's stream has its last line
     */
    record Written(Owner owner, @Nullable ExportPlace place, boolean complete) {}

    private final Path path;
    private final Path part;
    private final FileChannel channel;
    private final OutputStream out;
    private final @Nullable Written written;

    private ExportFile(Path path, Path part, FileChannel channel, @Nullable Written written) {
        this.path = path;
        this.part = part;
        this.channel = channel;
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
        this.written = written;
    }

    /**
     * Opens a file to be written, and cuts off the half line at the end of one that is to be continued.
     *
     * @throws StartupException if it is complete, or no export
     */
    static ExportFile open(Path path) {
        Path part = path.resolveSibling(path.getFileName() + ".part");
        if (Files.exists(path)) {
            throw new StartupException(path + " exists. Name another file with --file, or delete it first");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            Written written = read(part, channel);
            channel.position(channel.size());
            return new ExportFile(path, part, channel, written);
        } catch (IOException failed) {
            close(channel);
            throw new DataFailure(part + " cannot be written: " + failed + ". Name another file with --file", failed);
        } catch (OverlappingFileLockException locked) {
            close(channel);
            throw new StartupException("Another process writes " + part + ". Wait for it, or name another file");
        } catch (StartupException refused) {
            close(channel);
            throw refused;
        }
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException lost) {
            // nothing was written
        }
    }

    OutputStream out() {
        return out;
    }

    /** Null in the beginning. */
    @Nullable
    Written written() {
        return written;
    }

    /** Gives the file its name, when all of it is on the disk. */
    void complete() {
        try {
            out.flush();
            channel.force(true);
            channel.close();
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new DataFailure(
                    part + " is not complete: " + failed + ". Make room, and run the command again", failed);
        }
    }

    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                out.flush();
                channel.close();
            }
        } catch (IOException lost) {
            // the next export continues before it
        }
    }

    private static @Nullable Written read(Path part, FileChannel channel) throws IOException {
        Written last = null;
        long whole = 0;
        ByteBuffer chunk = ByteBuffer.allocate(BUFFER);
        byte[] line = new byte[BEGINNING];
        int length = 0;
        while (channel.read(chunk.clear()) >= 0) {
            for (int i = 0; i < chunk.position(); i++) {
                byte next = chunk.get(i);
                if (next == '\n') {
                    last = after(last, new String(line, 0, length, StandardCharsets.UTF_8), part);
                    whole = channel.position() - chunk.position() + i + 1;
                    length = 0;
                } else if (length < BEGINNING) {
                    line[length++] = next;
                }
            }
        }
        channel.truncate(whole);
        return last;
    }

    /** What the lines end with, when another one is read, of which the beginning is enough. */
    private static Written after(@Nullable Written last, String line, Path part) {
        Matcher row = ROW.matcher(line);
        try {
            if (last != null && row.lookingAt()) {
                return new Written(last.owner, ExportPlace.of(row.group(1)), false);
            }
            if (last != null && line.startsWith("{\"type\":\"end\"")) {
                return new Written(last.owner, null, true);
            }
            if (ImportLine.read(line, OffsetDateTime.now(ZoneOffset.UTC)) instanceof ImportLine.Header header) {
                Owner owner = new Owner(String.valueOf(header.tenant()), String.valueOf(header.user()));
                return new Written(owner, last == null || !last.owner.equals(owner) ? null : last.place, false);
            }
        } catch (ProblemException unknown) {
            // below
        }
        throw new StartupException(
                part + " holds something else than an export. Delete it, or name another file with" + " --file");
    }
}
