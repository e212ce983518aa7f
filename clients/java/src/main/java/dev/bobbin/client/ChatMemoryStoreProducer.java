package dev.bobbin.client;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The CDI bean: in Quarkus, it takes the place of the memories that end with the process. */
@Dependent
class ChatMemoryStoreProducer {

    @Produces
    @Singleton
    BobbinChatMemoryStore chatMemoryStore(
            @ConfigProperty(name = "bobbin.url") String url,
            @ConfigProperty(name = "bobbin.api-key") Optional<String> apiKey,
            @ConfigProperty(name = "bobbin.user") Optional<String> user,
            @ConfigProperty(name = "quarkus.application.name") Optional<String> application) {
        Bobbin bobbin = Bobbin.at(url).forUser(user.or(() -> application).orElse("memory"));
        return new BobbinChatMemoryStore(apiKey.map(bobbin::withApiKey).orElse(bobbin));
    }
}
