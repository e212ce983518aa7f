package dev.bobbin.openai.conversation;

/** Says that a thread of ChatKit has the id of the conversation that was asked for; nothing was done. */
final class ChatKitThread extends RuntimeException {

    ChatKitThread() {
        super("a thread of ChatKit", null, false, false);
    }
}
