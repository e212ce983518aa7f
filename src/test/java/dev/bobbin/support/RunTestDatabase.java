package dev.bobbin.support;

/** For tests in other languages: prints the URL of an empty database, and ends with its standard input. */
public final class RunTestDatabase {

    private RunTestDatabase() {}

    public static void main(String[] args) throws Exception {
        System.out.println(TestDatabase.get().freshDatabase());
        while (System.in.read() >= 0) {
            // until the one who started this is gone
        }
        System.exit(0);
    }
}
