package dev.bobbin.console;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.TemplateLocator.TemplateLocation;
import io.quarkus.qute.Variant;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pages' HTML. Every value is escaped. A template is parsed when it is first used. */
final class Templates {

    private static final Variant HTML = Variant.forContentType(Variant.TEXT_HTML);

    private final Engine engine = Engine.builder()
            .addDefaults()
            .addValueResolver(new ReflectionValueResolver())
            .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML)))
            .addLocator(Templates::locate)
            .build();

    String render(String name, Map<String, ? extends @Nullable Object> values) {
        var page = engine.getTemplate(name).instance();
        values.forEach(page::data);
        return page.render();
    }

    private static Optional<TemplateLocation> locate(String name) {
        InputStream html = Templates.class.getResourceAsStream("/templates/console/" + name + ".html");
        return Optional.ofNullable(html).map(found -> new TemplateLocation() {
            @Override
            public Reader read() {
                return new InputStreamReader(found, StandardCharsets.UTF_8);
            }

            @Override
            public Optional<Variant> getVariant() {
                return Optional.of(HTML);
            }
        });
    }
}
