package dev.bobbin.openai.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.document.JsonValue;
import dev.bobbin.document.NewIds;
import dev.bobbin.problem.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of each type of item that OpenAI's SDKs send: the sent item, and the stored one after its id. */
class NewItemTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role':'user','content':'hi'} | msg_ | {'type':'message','role':'user','content':[{'type':'input_text','text':'hi'}],'status':'completed'}",
                "{'type':'message','role':'system','content':'hi'} | msg_ | {'type':'message','role':'system','content':[{'type':'input_text','text':'hi'}],'status':'completed'}",
                "{'role':'developer','content':''} | msg_ | {'type':'message','role':'developer','content':[{'type':'input_text','text':''}],'status':'completed'}",
                "{'role':'assistant','content':'a\\u0041\\n'} | msg_ | {'type':'message','role':'assistant','content':[{'type':'output_text','text':'a\\u0041\\n','annotations':[]}],'status':'completed'}",
                "{'content':[{'type':'input_text','text':'x'},{'type':'input_image','image_url':'data:x'},{'type':'input_file','file_id':'f'}],'role':'user','type':'message'} | msg_ | {'type':'message','content':[{'type':'input_text','text':'x'},{'type':'input_image','image_url':'data:x','detail':'auto'},{'type':'input_file','file_id':'f'}],'role':'user','status':'completed'}",
                "{'role':'user','content':[{'type':'input_image','detail':'low','image_url':'u'},{'detail':null,'type':'input_image'}]} | msg_ | {'type':'message','role':'user','content':[{'type':'input_image','detail':'low','image_url':'u'},{'type':'input_image','detail':'auto'}],'status':'completed'}",
                "{'role':'user','content':[]} | msg_ | {'type':'message','role':'user','content':[],'status':'completed'}",
                "{'type':'message','role':'assistant','status':'incomplete','content':[{'type':'output_text','text':'x','annotations':[],'logprobs':[]},{'type':'refusal','refusal':'no'}]} | msg_ | {'type':'message','role':'assistant','status':'incomplete','content':[{'type':'output_text','text':'x','annotations':[],'logprobs':[]},{'type':'refusal','refusal':'no'}]}",
                "{'role':'assistant','content':[{'type':'output_text','text':'x'},{'text':'y','type':'input_text'}],'phase':'commentary'} | msg_ | {'type':'message','role':'assistant','content':[{'type':'output_text','text':'x','annotations':[]},{'text':'y','type':'output_text','annotations':[]}],'phase':'commentary','status':'completed'}",
                "{'role':'user','content':'x','phase':null,'status':null,'other':null} | msg_ | {'type':'message','role':'user','content':[{'type':'input_text','text':'x'}],'other':null,'status':'completed'}",
                "{'type':'function_call','name':'f','call_id':'c','arguments':'{}','n':1.50e1} | fc_ | {'type':'function_call','name':'f','call_id':'c','arguments':'{}','n':1.50e1,'status':'completed'}",
                "{'call_id':'c','output':'3','type':'function_call_output'} | fco_ | {'type':'function_call_output','call_id':'c','output':'3','status':'completed'}",
                "{'type':'function_call_output','call_id':'c','output':[{'type':'input_text','text':'3'}]} | fco_ | {'type':'function_call_output','call_id':'c','output':[{'type':'input_text','text':'3'}],'status':'completed'}",
                "{'type':'function_call_output','output':[{'type':'input_image','image_url':'u'},{'type':'input_image','detail':'low'},{'type':'output_text'}]} | fco_ | {'type':'function_call_output','output':[{'type':'input_image','image_url':'u','detail':'auto'},{'type':'input_image','detail':'low'},{'type':'output_text'}],'status':'completed'}",
                "{'type':'custom_tool_call_output','output':[{'detail':null,'type':'input_image'}]} | ctco_ | {'type':'custom_tool_call_output','output':[{'type':'input_image','detail':'auto'}]}",
                "{'type':'computer_call_output','call_id':'c','output':{}} | cuo_ | {'type':'computer_call_output','call_id':'c','output':{},'status':'completed'}",
                "{'type':'shell_call','call_id':'c','action':{}} | sh_ | {'type':'shell_call','call_id':'c','action':{},'status':'completed'}",
                "{'type':'shell_call_output','call_id':'c','output':[]} | sho_ | {'type':'shell_call_output','call_id':'c','output':[],'status':'completed'}",
                "{'type':'tool_search_call','arguments':{}} | tsc_ | {'type':'tool_search_call','arguments':{},'status':'completed','execution':'server'}",
                "{'type':'tool_search_output','tools':[],'execution':'client'} | tso_ | {'type':'tool_search_output','tools':[],'execution':'client','status':'completed'}",
                "{'type':'reasoning','encrypted_content':'x'} | rs_ | {'type':'reasoning','encrypted_content':'x','summary':[]}",
                "{'type':'reasoning','summary':[{'type':'summary_text','text':'t'}]} | rs_ | {'type':'reasoning','summary':[{'type':'summary_text','text':'t'}]}",
                "{'type':'apply_patch_call','call_id':'c','operation':{},'status':'completed'} | apc_ | {'type':'apply_patch_call','call_id':'c','operation':{},'status':'completed'}",
                "{'type':'apply_patch_call_output','call_id':'c','status':'failed'} | apco_ | {'type':'apply_patch_call_output','call_id':'c','status':'failed'}",
                "{'type':'local_shell_call','call_id':'c','action':{},'status':'completed'} | lsh_ | {'type':'local_shell_call','call_id':'c','action':{},'status':'completed'}",
                "{'type':'local_shell_call_output','output':'x'} | lsho_ | {'type':'local_shell_call_output','output':'x'}",
                "{'type':'code_interpreter_call','container_id':'c','status':'completed'} | ci_ | {'type':'code_interpreter_call','container_id':'c','status':'completed'}",
                "{'type':'file_search_call','queries':[],'status':'completed'} | fs_ | {'type':'file_search_call','queries':[],'status':'completed'}",
                "{'type':'web_search_call','action':{},'status':'completed'} | ws_ | {'type':'web_search_call','action':{},'status':'completed'}",
                "{'type':'image_generation_call','result':null,'status':'completed'} | ig_ | {'type':'image_generation_call','result':null,'status':'completed'}",
                "{'type':'computer_call','call_id':'c','pending_safety_checks':[],'status':'completed'} | cu_ | {'type':'computer_call','call_id':'c','pending_safety_checks':[],'status':'completed'}",
                "{'type':'mcp_list_tools','server_label':'s','tools':[]} | mcpl_ | {'type':'mcp_list_tools','server_label':'s','tools':[]}",
                "{'type':'mcp_approval_request','server_label':'s','name':'n','arguments':'{}'} | mcpr_ | {'type':'mcp_approval_request','server_label':'s','name':'n','arguments':'{}'}",
                "{'type':'mcp_approval_response','approval_request_id':'r','approve':true} | mcpa_ | {'type':'mcp_approval_response','approval_request_id':'r','approve':true}",
                "{'type':'mcp_call','server_label':'s','name':'n','arguments':'{}'} | mcp_ | {'type':'mcp_call','server_label':'s','name':'n','arguments':'{}'}",
                "{'type':'custom_tool_call','call_id':'c','name':'n','input':'i'} | ctc_ | {'type':'custom_tool_call','call_id':'c','name':'n','input':'i'}",
                "{'type':'custom_tool_call_output','call_id':'c','output':'o'} | ctco_ | {'type':'custom_tool_call_output','call_id':'c','output':'o'}",
                "{'type':'compaction','encrypted_content':'x'} | cmp_ | {'type':'compaction','encrypted_content':'x'}",
                "{'type':'additional_tools','role':'user','tools':[]} | at_ | {'type':'additional_tools','role':'user','tools':[]}",
                "{'type':'configuration_update','model':'m'} | cfg_ | {'type':'configuration_update','model':'m'}",
                "{'type':'program','call_id':'c','code':'x','fingerprint':'f'} | prog_ | {'type':'program','call_id':'c','code':'x','fingerprint':'f'}",
                "{'type':'program_output','call_id':'c','result':'r','status':'completed'} | progo_ | {'type':'program_output','call_id':'c','result':'r','status':'completed'}",
                "{ 'type' : 'of_tomorrow', 'created_at' : 'never', 'content' : 7 } | item_ | {'type':'of_tomorrow','created_at':'never','content':7}"
            })
    void eachTypeIsCompletedAndOtherwiseAsSent(String sent, String prefix, String stored) {
        NewItem item = one(sent);
        assertThat(item.made()).isTrue();
        assertThat(item.id()).matches(prefix + "[0-9a-f]{24}");
        assertThat(item.document())
                .isEqualTo("{\"id\":\"" + item.id() + "\","
                        + stored.replace('\'', '"').substring(1));
        // what was stored is stored again as it is
        assertThat(one(item.document()).document()).isEqualTo(item.document());
    }

    @ParameterizedTest
    @CsvSource({
        "message, msg_1, true",
        "message, msg_, true",
        "message, fc_1, false",
        "message, __fake_id__, false",
        "message, msg_a b, false",
        "message, msg_ä, false",
        "reasoning, rs_0a-Z, true",
        "function_call, fc_1, true",
        "function_call, fco_1, false",
        "function_call_output, fco_1, true",
        "function_call_output, fc_1, true",
        "program_output, prog_1, true",
        "unknown, item_1, true",
        "unknown, other_1, false"
    })
    void anIdIsKeptIfAModelAcceptsIt(String type, String id, boolean kept) {
        NewItem item = one("{'content':'x','role':'user','id':'" + id + "','type':'" + type + "'}");
        assertThat(item.made()).isEqualTo(!kept);
        assertThat(item.id().equals(id)).isEqualTo(kept);
        assertThat(one("{'role':'user','content':'','id':'msg_" + "x".repeat(60) + "'}")
                        .made())
                .isFalse();
        assertThat(one("{'role':'user','content':'','id':'msg_" + "x".repeat(61) + "'}")
                        .made())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7 | Invalid type for 'items[0]': expected an object, but got a number or a boolean instead.",
                "{} | Missing required parameter: 'items[0].type'.",
                "{'type':null,'content':'x'} | Missing required parameter: 'items[0].type'.",
                "{'type':7} | Invalid type for 'items[0].type': expected a string, but got a number or a boolean instead.",
                "{'type':''} | Invalid 'items[0].type': it must have 1 to 64 characters.",
                "{'type':'\\u0000'} | Invalid 'items[0].type': it must have 1 to 64 characters.",
                "{'type':'message','content':'x'} | Missing required parameter: 'items[0].role'.",
                "{'role':'user'} | Missing required parameter: 'items[0].content'.",
                "{'role':'user','content':null} | Missing required parameter: 'items[0].content'.",
                "{'role':7,'content':'x'} | Invalid type for 'items[0].role': expected a string, but got a number or a boolean instead.",
                "{'role':'user','content':{}} | Invalid type for 'items[0].content': expected a string or an array, but got an object instead.",
                "{'role':'user','content':[null]} | Invalid type for 'items[0].content[0]': expected an object, but got null instead.",
                "{'role':'user','content':[{'type':'input_text','text':''},'x']} | Invalid type for 'items[0].content[1]': expected an object, but got a string instead.",
                "{'type':'function_call_output','output':[7]} | Invalid type for 'items[0].output[0]': expected an object, but got a number or a boolean instead.",
                "{'id':'msg_1'} | Invalid 'items[0]': references to stored items are not supported; send the item itself.",
                "{'type':'item_reference','id':'msg_1'} | Invalid 'items[0]': references to stored items are not supported; send the item itself.",
                "{'type':'compaction_trigger'} | Invalid 'items[0].type': compaction_trigger is for a model, and no item of a conversation."
            })
    void whatCannotBeStoredIsRefused(String sent, String reason) {
        assertThatThrownBy(() -> one(sent)).isInstanceOf(ProblemException.class).hasMessage(reason);
    }

    @Test
    void aRepeatedMemberIsKeptAsItIs() {
        assertThat(one("{'role':'user','content':'a','type':'message','content':'b','x':1,'x':2}")
                        .members())
                .isEqualTo(
                        "{'type':'message','role':'user','content':[{'type':'input_text','text':'a'}],"
                                        .replace('\'', '"')
                                        .substring(1)
                                + "\"content\":[{\"type\":\"input_text\",\"text\":\"b\"}],\"x\":1,\"x\":2,\"status\":\"completed\"}");
    }

    @Test
    void whatIsAddedIsBounded() {
        String part = "{\"type\":\"output_text\"}";
        String parts = part + ("," + part).repeat(9_999);
        assertThat(all("[{\"role\":\"assistant\",\"content\":[" + parts + "]}]"))
                .hasSize(1);
        String more = parts + ("," + part).repeat(30_000);
        String repeated = "\"content\":\"\"" + ",\"content\":\"\"".repeat(100_000);
        for (String sent : List.of(
                "[{\"role\":\"assistant\",\"content\":[" + more + "]}]",
                "[{\"role\":\"user\"," + repeated + "}]",
                "[" + ("{\"role\":\"assistant\",\"content\":[" + parts + "]},").repeat(2) + "{\"type\":\"x\"}]")) {
            assertThatThrownBy(() -> all(sent)).hasMessageContaining("would be too large");
        }
        String text = "x".repeat(10_000_000);
        assertThat(all("[{\"role\":\"user\",\"content\":\"" + text + "\"}]")).hasSize(1);
    }

    private static List<NewItem> all(String sent) {
        return NewItem.all(JsonValue.read(sent), NewIds.random(), 3);
    }

    private static NewItem one(String sent) {
        List<NewItem> items = all("[" + sent.replace('\'', '"') + "]");
        assertThat(items).hasSize(1);
        return items.get(0);
    }
}
