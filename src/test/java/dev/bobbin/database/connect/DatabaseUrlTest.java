package dev.bobbin.database.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // url | host | port | database | user | password | sslmode
                "postgresql://u:p@h/d|h|5432|d|u|p|require",
                "postgres://u:p@h:6543/d|h|6543|d|u|p|require",
                "POSTGRESQL://u:p@h/d|h|5432|d|u|p|require",
                "postgresql+asyncpg://u:p@h/d?ssl=require|h|5432|d|u|p|require",
                "postgresql+psycopg://u:p@h/d?sslmode=verify-full|h|5432|d|u|p|verify-full",
                "postgresql+psycopg2://u:p@h/d?sslmode=PREFER&x=y|h|5432|d|u|p|prefer",
                "postgresql://u:p%40%2F%3A%25%2B%3F@h/d|h|5432|d|u|p@/:%+?|require",
                "postgresql://u:p+q@h/d|h|5432|d|u|p+q|require",
                "postgresql://us%65r:p@ss@word@h/d|h|5432|d|user|p@ss@word|require",
                "postgresql://u:a/b?c#d@h/d|h|5432|d|u|a/b?c#d|require",
                "postgresql://u:a:b:c@h/d|h|5432|d|u|a:b:c|require",
                "postgresql://u:%C3%A4@h/my%20db|h|5432|my db|u|ä|require",
                "postgresql://u:äöü€😀@h/d|h|5432|d|u|äöü€😀|require",
                "postgresql://u:p@[2001:db8::1]:5433/d|2001:db8::1|5433|d|u|p|require",
                "postgresql://u:p@[2001:db8::1]/d?sslmode=verify-ca|2001:db8::1|5432|d|u|p|verify-ca",
                "postgresql://u:p@[::1]/d|::1|5432|d|u|p|disable",
                "postgresql://u:p@localhost/d|localhost|5432|d|u|p|disable",
                "postgresql://u:p@LOCALHOST/d|LOCALHOST|5432|d|u|p|disable",
                "postgresql://u:p@127.8.0.1/d|127.8.0.1|5432|d|u|p|disable",
                "postgresql://u:p@127.0.0.1/d?sslmode=require|127.0.0.1|5432|d|u|p|require",
                "postgresql://u:p@h/d?ssl=true|h|5432|d|u|p|require",
                "postgresql://u:p@h/d?ssl=off|h|5432|d|u|p|disable",
                "postgresql://u:p@h/d?ssl=off&sslmode=require|h|5432|d|u|p|require",
                "postgresql://u:p@h/d?application_name=me@work|h|5432|d|u|p|require",
                "postgresql://u:p@h1:1/d?x=a@h2:2/e|h1|1|d|u|p|require",
                "postgresql://u:p@h/d?|h|5432|d|u|p|require",
                "  postgresql://u:p@h/d  |h|5432|d|u|p|require",
                // what stands beside sslmode decides with it
                "postgresql://u:p@h/d?sslrootcert=system|h|5432|d|u|p|verify-full",
                "postgresql://u:p@h/d?sslrootcert=/ca.pem|h|5432|d|u|p|verify-ca",
                "postgresql://u:p@h/d?sslmode=require&sslrootcert=/ca.pem|h|5432|d|u|p|verify-ca",
                "postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=/ca.pem|h|5432|d|u|p|verify-full",
                "postgresql://u:p@h/d?sslmode=prefer&sslrootcert=/ca.pem|h|5432|d|u|p|prefer",
                "postgresql://u:p@h/d?sslmode=require&sslrootcert=|h|5432|d|u|p|require",
                "postgresql://u:p@localhost/d?sslrootcert=/ca.pem|localhost|5432|d|u|p|verify-ca",
                "postgresql://u:p@localhost/d?channel_binding=require|localhost|5432|d|u|p|require",
                "postgresql://u:p@localhost/d?channel_binding=prefer|localhost|5432|d|u|p|disable",
                "postgresql://u:p@h/d?sslmode=require&ssl_min_protocol_version=TLSv1.2&sslsni=1|h|5432|d|u|p|require",
                "postgresql://u:p@h/d?gssencmode=disable&target_session_attrs=read-write|h|5432|d|u|p|require",
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void everyCommonFormIsUnderstood(
            String url, String host, int port, String database, String user, String password, String sslMode) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        assertThat(parsed.host()).isEqualTo(host);
        assertThat(parsed.port()).isEqualTo(port);
        assertThat(parsed.database()).isEqualTo(database);
        assertThat(parsed.user()).isEqualTo(user);
        assertThat(parsed.password()).isEqualTo(password);
        assertThat(parsed.sslMode().value).isEqualTo(sslMode);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // as consoles and manuals print them:
                // url | host | sslmode | pooled | host without the pooler | prepared statements may stay
                // Neon
                "postgresql://neondb_owner:npg_AbC1dEf2@ep-cool-darkness-a1b2c3d4.eu-central-1.aws.neon.tech/neondb"
                        + "?sslmode=require&channel_binding=require"
                        + "|ep-cool-darkness-a1b2c3d4.eu-central-1.aws.neon.tech|require|false"
                        + "|ep-cool-darkness-a1b2c3d4.eu-central-1.aws.neon.tech|true",
                "postgresql://neondb_owner:npg_AbC1dEf2@ep-cool-darkness-a1b2c3d4-pooler.eu-central-1.aws.neon.tech/neondb"
                        + "?sslmode=require&channel_binding=require"
                        + "|ep-cool-darkness-a1b2c3d4-pooler.eu-central-1.aws.neon.tech|require|true"
                        + "|ep-cool-darkness-a1b2c3d4.eu-central-1.aws.neon.tech|true",
                "postgresql://u:p@ep-x-1-pooler.c-2.us-east-2.aws.neon.tech/neondb"
                        + "?sslmode=require&pgbouncer=true&connect_timeout=15&pool_timeout=15"
                        + "|ep-x-1-pooler.c-2.us-east-2.aws.neon.tech|require|true"
                        + "|ep-x-1.c-2.us-east-2.aws.neon.tech|false",
                // Supabase: direct, session pooler, transaction pooler for Prisma
                "postgresql://postgres:p@db.abcdefgh.supabase.co:5432/postgres"
                        + "|db.abcdefgh.supabase.co|require|false|db.abcdefgh.supabase.co|true",
                "postgres://postgres.abcdefgh:p@aws-0-eu-central-1.pooler.supabase.com:5432/postgres"
                        + "|aws-0-eu-central-1.pooler.supabase.com|require|false"
                        + "|aws-0-eu-central-1.pooler.supabase.com|true",
                "postgresql://postgres.abcdefgh:p@aws-0-eu-central-1.pooler.supabase.com:6543/postgres"
                        + "?pgbouncer=true&connection_limit=1"
                        + "|aws-0-eu-central-1.pooler.supabase.com|require|true"
                        + "|aws-0-eu-central-1.pooler.supabase.com|false",
                // Heroku
                "postgres://ubqkcgw:pd1f2@ec2-54-81-0-1.compute-1.amazonaws.com:5432/d8rlqkq"
                        + "|ec2-54-81-0-1.compute-1.amazonaws.com|require|false"
                        + "|ec2-54-81-0-1.compute-1.amazonaws.com|true",
                // RDS
                "postgresql://app:p@mydb.c9akciq32.eu-west-1.rds.amazonaws.com:5432/app"
                        + "?sslmode=verify-full&sslrootcert=/certs/global-bundle.pem"
                        + "|mydb.c9akciq32.eu-west-1.rds.amazonaws.com|verify-full|false"
                        + "|mydb.c9akciq32.eu-west-1.rds.amazonaws.com|true",
                // Azure, whose older users have an @
                "postgres://app%40srv:p@srv.postgres.database.azure.com/postgres?sslmode=require"
                        + "|srv.postgres.database.azure.com|require|false|srv.postgres.database.azure.com|true",
                // DigitalOcean
                "postgresql://doadmin:AVNS_x@db-postgresql-fra1-1-do-user-1-0.b.db.ondigitalocean.com:25060/defaultdb"
                        + "?sslmode=require"
                        + "|db-postgresql-fra1-1-do-user-1-0.b.db.ondigitalocean.com|require|false"
                        + "|db-postgresql-fra1-1-do-user-1-0.b.db.ondigitalocean.com|true",
                // SQLAlchemy before a PgBouncer, by each of its drivers
                "postgresql+asyncpg://u:p@bouncer.internal:6432/d?ssl=require&prepared_statement_cache_size=0"
                        + "|bouncer.internal|require|false|bouncer.internal|false",
                "postgresql+asyncpg://u:p@bouncer.internal:6432/d?statement_cache_size=0"
                        + "|bouncer.internal|require|false|bouncer.internal|false",
                "postgresql+psycopg://u:p@bouncer.internal:6432/d?prepare_threshold=None"
                        + "|bouncer.internal|require|false|bouncer.internal|false",
                "postgresql://u:p@bouncer.internal/d?prepared_statement_cache_size=100"
                        + "|bouncer.internal|require|false|bouncer.internal|true",
                // Prisma
                "postgresql://u:p@db.internal:5432/d?schema=public&connection_limit=5&sslaccept=accept_invalid_certs"
                        + "|db.internal|require|false|db.internal|true",
                // a name without a dot is none of Neon's
                "postgresql://u:p@app-pooler/d|app-pooler|require|false|app-pooler|true",
                "postgresql://u:p@-pooler.x/d|-pooler.x|require|false|-pooler.x|true",
                "postgresql://u:p@EP-X-POOLER.neon.tech/d|EP-X-POOLER.neon.tech|require|true|EP-X.neon.tech|true",
            })
    void whatConsolesPrintIsUnderstood(
            String url, String host, String sslMode, boolean pooled, String directHost, boolean cache) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        assertThat(parsed.host()).isEqualTo(host);
        assertThat(parsed.sslMode().value).isEqualTo(sslMode);
        assertThat(parsed.isPooled()).isEqualTo(pooled);
        assertThat(parsed.preparedStatementCache()).isEqualTo(cache);
        DatabaseUrl direct = parsed.withoutPooler();
        assertThat(direct.host()).isEqualTo(directHost);
        assertThat(direct.sslMode()).isEqualTo(parsed.sslMode());
        assertThat(direct.requiresChannelBinding()).isEqualTo(parsed.requiresChannelBinding());
        assertThat(direct.isPooled())
                .as("only the host tells how to go around a pooler")
                .isEqualTo(pooled && host.equals(directHost));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                // pasted | the URL that is meant | sslmode
                "psql 'postgresql://u:p@h/d?sslmode=require&channel_binding=require'"
                        + "|postgresql://u:p@h/d?sslmode=require&channel_binding=require|require",
                "psql \"postgresql://u:p@h/d\"|postgresql://u:p@h/d|require",
                "PSQL  postgresql://u:p@h/d|postgresql://u:p@h/d|require",
                "'postgresql://u:p@h/d'|postgresql://u:p@h/d|require",
                "\"postgresql://u:p@h/d\"|postgresql://u:p@h/d|require",
                "`postgresql://u:p@h/d`|postgresql://u:p@h/d|require",
                "\u201cpostgresql://u:p@h/d\u201d|postgresql://u:p@h/d|require",
                "' postgresql://u:p@h/d ' |postgresql://u:p@h/d|require",
                "postgresql://u:p@h/d?sslmode=verify-full&amp;channel_binding=require"
                        + "|postgresql://u:p@h/d?sslmode=verify-full&channel_binding=require|verify-full",
                "jdbc:postgresql://h:6543/d?user=u&password=p&sslmode=verify-ca|postgresql://u:p@h:6543/d?sslmode=verify-ca|verify-ca",
                "jdbc:postgresql://h/d?user=u&password=a%2Bb+c%26|postgresql://u:a%2Bb%20c%26@h/d|require",
                "JDBC:postgresql://u:p@h/d|postgresql://u:p@h/d|require",
                // to JDBC's driver it means verify-full
                "jdbc:postgresql://h/d?user=u&password=p&ssl=true|postgresql://u:p@h/d?ssl=true&sslmode=verify-full|verify-full",
                "jdbc:postgresql://h/d?user=u&password=p&ssl=true&sslmode=require"
                        + "|postgresql://u:p@h/d?ssl=true&sslmode=require|require",
                "postgresql://u:p@h/d?sslmode=no-verify|postgresql://u:p@h/d?sslmode=no-verify|require",
                "postgresql://u:p@localhost/d?sslmode=no-verify|postgresql://u:p@localhost/d?sslmode=no-verify|require",
                "postgresql+pg8000://u:p@h/d|postgresql://u:p@h/d|require",
                "postgresql+psycopg_async://u:p@h/d|postgresql://u:p@h/d|require",
                "postgresql+psycopg2cffi://u:p@h/d|postgresql://u:p@h/d|require",
                // none of this is taken out of a password
                "postgresql://u:'a&amp;b\"@h/d|postgresql://u:%27a%26amp;b%22@h/d|require",
            })
    void whatPeoplePasteIsTakenForTheUrlThatIsMeant(String pasted, String meant, String sslMode) {
        DatabaseUrl parsed = DatabaseUrl.parse(pasted);
        assertThat(parsed).isEqualTo(DatabaseUrl.parse(meant));
        assertThat(parsed.sslMode().value).isEqualTo(sslMode);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "mysql://u:s3cret@h/d|it begins with mysql:// and not with postgresql://",
                "https://console.neon.tech/app/s3cret|it begins with https:// and not with postgresql://",
                "jdbc:mysql://h/d?password=s3cret|it begins with jdbc:mysql:// and not with postgresql://",
                "postgresql+foo://u:s3cret@h/d|it begins with postgresql+foo:// and not with postgresql://",
                "psql -h h -U u d|it is a psql command without a URL",
                "psql -d postgresql://u:s3cret@h/d|it does not begin with postgresql://",
                "'postgresql://u:s3cret@h/d|it begins with a quotation mark, and does not end with the same one",
                "\"postgresql://u:s3cret@h/d'|it begins with a quotation mark, and does not end with the same one",
                "host=h user=u password=s3cret|it is a list of key=value pairs, libpq's other form, and not a URL",
                "postgresql://u:s3cret@h/d x|it has a space or a line break in it",
                "postgresql://u:********@h/d|its password is a console's placeholder; replace it by the password",
                "postgresql://u:[YOUR-PASSWORD]@h/d|its password is a console's placeholder; replace it by the password",
                "jdbc:postgresql://h/d?password=s3cret|it names no user",
                "jdbc:postgresql://u:s3cret@h/d?user=v|its parameter user cannot be honoured: give it before the question mark",
            })
    void anotherFormIsRefusedWithWhatWasSeen(String pasted, String message) {
        assertThatThrownBy(() -> DatabaseUrl.parse(pasted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void theEndpointInTheOptionsFollowsTheHost() {
        DatabaseUrl pooled =
                DatabaseUrl.parse("postgresql://u:p@ep-x-1-pooler.aws.neon.tech/d?options=endpoint%3Dep-x-1-pooler");
        assertThat(pooled.parameters()).containsEntry("options", "endpoint=ep-x-1-pooler");
        assertThat(pooled.withoutPooler().parameters()).containsEntry("options", "endpoint=ep-x-1");
    }

    @Test
    void optionsWithTheDefaultSchemaArePassedOn() {
        assertThat(DatabaseUrl.parse("postgresql://u:p@h/d?options=-c%20search_path%3Dpublic%20-c%20jit%3Doff")
                        .parameters())
                .containsEntry("options", "-c search_path=public -c jit=off");
    }

    @Test
    void thePasswordMayBeMissing() {
        assertThat(DatabaseUrl.parse("postgresql://u@h/d").password()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "h/d",
                "mysql://u:s3cret@h/d",
                "jdbc:postgresql://h/d?password=s3cret",
                "postgresql+foo://u:s3cret@h/d",
                "postgresql://h/d",
                "postgresql://:s3cret@h/d",
                "postgresql://u:s3cret@h",
                "postgresql://u:s3cret@h/",
                "postgresql://u:s3cret@/d",
                "postgresql:///d?host=/tmp&password=s3cret",
                "postgresql://u:s3cret@h:port/d",
                "postgresql://u:s3cret@h:99999/d",
                "postgresql://u:s3cret@h:0/d",
                "postgresql://u:s3cret%zz@h/d",
                "postgresql://u:s3cret%00@h/d",
                "postgresql://u:s3cret@h1,h2/d",
                "postgresql://u:s3cret@ho st/d",
                "postgresql://u:s3cret@h/d/e"
            })
    void anotherFormIsRefusedWithoutItsPassword(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("it")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sslmode=sometimes|its sslmode is none of disable, allow, prefer, require, verify-ca, verify-full",
                "sslmode=|its sslmode is none of",
                "ssl=maybe|its sslmode is none of",
                "channel_binding=always|its parameter channel_binding cannot be honoured with this value",
                "sslcert=/c.pem|its parameter sslcert cannot be honoured",
                "sslkey=/c.key|its parameter sslkey cannot be honoured",
                "sslcertmode=require|its parameter sslcertmode cannot be honoured with this value",
                "sslcrl=/c.crl|its parameter sslcrl cannot be honoured",
                "ssl_min_protocol_version=TLSv1.3|its parameter ssl_min_protocol_version cannot be honoured with this",
                "sslnegotiation=direct|its parameter sslnegotiation cannot be honoured with this value",
                "gssencmode=require|its parameter gssencmode cannot be honoured with this value",
                "require_auth=scram-sha-256|its parameter require_auth cannot be honoured: set channel_binding=require",
                "requiressl=1|its parameter requiressl cannot be honoured: set sslmode=require",
                "target_session_attrs=standby|its parameter target_session_attrs cannot be honoured with this value",
                "hostaddr=10.0.0.1|its parameter hostaddr cannot be honoured: give it before the question mark",
                "host=/cloudsql/p:r:i|its parameter host cannot be honoured: give it before the question mark",
                "password=s3cret|its parameter password cannot be honoured: give it before the question mark",
                "service=prod|its parameter service cannot be honoured",
                "passfile=/pgpass|its parameter passfile cannot be honoured",
                "sslaccept=strict|its parameter sslaccept cannot be honoured with this value: set sslmode=verify-full",
                "schema=chat|its parameter schema cannot be honoured with this value: leave it out, and set bobbin.database.schema",
                "currentSchema=chat|its parameter currentSchema cannot be honoured with this value: leave it out",
                "options=-c%20search_path%3Dchat|its parameter options sets a search_path, which Bobbin does not use:"
                        + " leave it out, and set bobbin.database.schema",
                "options=endpoint%3Dx%20-csearch_path%3D%22$user%22,public|its parameter options sets a search_path",
                "options=--search-path%3Dpublic,chat|its parameter options sets a search_path",
                // slips that would go unnoticed
                "sslMode=verify-full|its parameter sslMode is unknown to Bobbin",
                "sslrootcrt=/ca.pem|its parameter sslrootcrt is unknown to Bobbin",
                "channel_bindng=require|its parameter channel_bindng is unknown to Bobbin",
            })
    void aParameterThatMustNotBeLeftOutIsRefusedByName(String parameter, String message) {
        assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://u:s3cret@h/d?" + parameter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void itPrintsItselfWithoutThePassword() {
        assertThat(DatabaseUrl.parse("postgresql://u:s3cret@h/d?options=s3cret&x=s3cret"))
                .hasToString("postgresql://u@h:5432/d?sslmode=require");
    }
}
