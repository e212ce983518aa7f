package dev.bobbin.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.hamcrest.Matcher;
import org.hamcrest.MatcherAssert;

/**
 * Looks up the paths of JSON documents without Groovy, such as {@code data[0].id} and {@code data.size()}. REST Assured compiles
 * a path into a Groovy class whenever it is asked for, and parses slowly: most of the CPU time of the tests. What is more than
 * a simple path is still REST Assured's. A failure shows the answer.
 */
final class JsonPathFilter implements Filter {

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response response = context.next(request, expected);
        return proxy(Response.class, response, new Body(request.getMethod() + " " + request.getURI(), response));
    }

    /** The interfaces of REST Assured, whose methods for paths ask the body. */
    private static <T> T proxy(Class<T> type, T target, Body body) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            String call = method.getName() + (args == null ? 0 : args.length);
            if (call.equals("jsonPath0")) {
                return body.paths();
            } else if (call.equals("path2") && ((Object[]) args[1]).length == 0) {
                return body.paths().get((String) args[0]);
            } else if (call.equals("body3")
                    && args[1] instanceof Matcher<?> matcher
                    && ((Object[]) args[2]).length == 0) {
                body.assertThat((String) args[0], matcher);
                return proxy;
            }
            Object result = invoke(target, method, args, body);
            if (result == target) {
                return proxy;
            } else if (result instanceof ValidatableResponse validatable) {
                return proxy(ValidatableResponse.class, validatable, body);
            }
            return call.equals("extract0")
                    ? proxy(ExtractableResponse.class, (ExtractableResponse<?>) result, body)
                    : result;
        }));
    }

    private static Object invoke(Object target, Method method, Object[] args, Body body) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof AssertionError failure
                    ? new AssertionError(body + ": " + failure.getMessage(), failure)
                    : e.getCause();
        }
    }

    /** A body, which is parsed when a path is asked for, and once. */
    private static final class Body {

        private static final int SHOWN = 2_000;

        private final String call;
        private final Response response;
        private Paths paths;

        Body(String call, Response response) {
            this.call = call;
            this.response = response;
        }

        Paths paths() {
            if (paths == null) {
                paths = new Paths(response.asString());
            }
            return paths;
        }

        @SuppressWarnings("unchecked")
        void assertThat(String path, Matcher<?> matcher) {
            Object actual = paths().get(path);
            if (!matcher.matches(actual)) {
                MatcherAssert.assertThat(path + " of " + this, actual, (Matcher<Object>) matcher);
            }
        }

        /** The call and its answer, for the message of a failure. */
        @Override
        public String toString() {
            String body = response.asString();
            return call + " -> " + response.statusCode() + " "
                    + (body.length() > SHOWN ? body.substring(0, SHOWN) + "…" : body);
        }
    }

    private static final class Paths extends JsonPath {

        private static final ObjectMapper MAPPER = new ObjectMapper();
        private static final Pattern SIMPLE = Pattern.compile("\\w+(\\[\\d+])*(\\.\\w+(\\[\\d+])*)*(\\.size\\(\\))?");

        private final Object root;

        Paths(String json) {
            super(json);
            try {
                root = MAPPER.readValue(json, Object.class);
            } catch (JsonProcessingException e) {
                throw new AssertionError(json, e);
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T get(String path) {
            if (!SIMPLE.matcher(path).matches()) {
                return super.get(path);
            }
            Object value = root;
            for (String step : path.split("]?[.\\[]|]")) {
                value = step(value, step);
            }
            return (T) value;
        }

        private static Object step(Object value, String step) {
            if (value instanceof Map<?, ?> map) {
                return step.equals("size()") ? (Object) map.size() : map.get(step);
            }
            if (!(value instanceof List<?> list)) {
                return null;
            }
            if (step.equals("size()")) {
                return list.size();
            }
            if (step.matches("\\d+")) {
                int index = Integer.parseInt(step);
                return index < list.size() ? list.get(index) : null;
            }
            List<Object> values = new ArrayList<>();
            list.forEach(element -> values.add(step(element, step)));
            return values;
        }
    }
}
