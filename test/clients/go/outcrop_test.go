// Package outcrop has the AWS SDK for Go as users run it, against the emulators that run.ts has started.
package outcrop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/document"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"
)

const (
	haiku = "anthropic.claude-3-haiku-20240307-v1:0"
	arn   = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us." + haiku
)

var weather = &types.ToolConfiguration{
	Tools: []types.Tool{&types.ToolMemberToolSpec{Value: types.ToolSpecification{
		Name: aws.String("weather"),
		InputSchema: &types.ToolInputSchemaMemberJson{Value: document.NewLazyDocument(map[string]any{
			"type":       "object",
			"properties": map[string]any{"city": map[string]any{"type": "string"}},
			"required":   []string{"city"},
		})},
	}}},
}

func TestConverse(t *testing.T) {
	reply := converse(t, "OUTCROP_URL", haiku, user("hi"), nil)
	contains(t, text(reply), haiku)
	if reply.StopReason != types.StopReasonEndTurn || *reply.Usage.TotalTokens != *reply.Usage.InputTokens+*reply.Usage.OutputTokens {
		t.Errorf("got %v, %+v", reply.StopReason, reply.Usage)
	}
}

func TestSignedRequestsAreLetIn(t *testing.T) {
	for _, model := range []string{haiku, arn} {
		contains(t, text(converse(t, "OUTCROP_SIGNED_URL", model, user("hi"), nil)), model)
	}
}

func TestConverseOverTLS(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", os.Getenv("OUTCROP_TLS_CERT"))
	contains(t, text(converse(t, "OUTCROP_TLS_URL", haiku, user("hi"), nil)), haiku)
}

func TestConverseStream(t *testing.T) {
	streamed, err := stream(t, haiku, "hi", nil)
	if err != nil {
		t.Fatal(err)
	}
	if whole := text(converse(t, "OUTCROP_URL", haiku, user("hi"), nil)); streamed.text != whole {
		t.Errorf("streamed %q, whole %q", streamed.text, whole)
	}
	if streamed.stopReason != types.StopReasonEndTurn || streamed.tokens == 0 {
		t.Errorf("got %+v", streamed)
	}
}

func TestConverseStreamStreamsAToolCall(t *testing.T) {
	streamed, err := stream(t, haiku, `call weather {"city": "Bern"}`, weather)
	if err != nil || streamed.input != `{"city": "Bern"}` || streamed.stopReason != types.StopReasonToolUse {
		t.Errorf("got %+v, %v", streamed, err)
	}
}

func TestToolRoundTrip(t *testing.T) {
	messages := user(`call weather {"city": "Bern"}`)
	first := converse(t, "OUTCROP_URL", haiku, messages, weather)
	called := first.Output.(*types.ConverseOutputMemberMessage).Value
	use := called.Content[0].(*types.ContentBlockMemberToolUse).Value
	var input struct{ City string }
	if err := use.Input.UnmarshalSmithyDocument(&input); err != nil || input.City != "Bern" {
		t.Fatalf("got %+v, %v", input, err)
	}
	sky := document.NewLazyDocument(map[string]any{"sky": "clear", "celsius": 21.5})
	result := &types.ContentBlockMemberToolResult{Value: types.ToolResultBlock{
		ToolUseId: use.ToolUseId,
		Content:   []types.ToolResultContentBlock{&types.ToolResultContentBlockMemberJson{Value: sky}},
	}}
	messages = append(messages, called, types.Message{Role: "user", Content: []types.ContentBlock{result}})
	contains(t, text(converse(t, "OUTCROP_URL", haiku, messages, weather)), haiku)
}

func TestInvokeModel(t *testing.T) {
	input := &bedrockruntime.InvokeModelInput{ModelId: aws.String(arn), Body: native("hi")}
	reply, err := client(t, "OUTCROP_SIGNED_URL").InvokeModel(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(reply.Body), `"type":"message"`)
}

func TestInvokeModelWithResponseStream(t *testing.T) {
	input := &bedrockruntime.InvokeModelWithResponseStreamInput{ModelId: aws.String(arn), Body: native("hi")}
	reply, err := client(t, "OUTCROP_SIGNED_URL").InvokeModelWithResponseStream(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	var last string
	for event := range reply.GetStream().Events() {
		last = string(event.(*types.ResponseStreamMemberChunk).Value.Bytes)
	}
	contains(t, last, "amazon-bedrock-invocationMetrics")
}

func TestCountTokens(t *testing.T) {
	count := &types.CountTokensInputMemberConverse{Value: types.ConverseTokensRequest{Messages: user("hi")}}
	input := &bedrockruntime.CountTokensInput{ModelId: aws.String(haiku), Input: count}
	counted, err := client(t, "OUTCROP_URL").CountTokens(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	if billed := converse(t, "OUTCROP_URL", haiku, user("hi"), nil).Usage.InputTokens; *billed != *counted.InputTokens {
		t.Errorf("counted %d, billed %d", *counted.InputTokens, *billed)
	}
}

func TestEachExceptionBeforeTheStreamIsItsOwnType(t *testing.T) {
	for _, name := range []string{"AccessDenied", "ModelError", "ModelTimeout", "ResourceNotFound", "Throttling", "Validation"} {
		_, err := stream(t, haiku, "throw "+name+"Exception", nil)
		isException(t, err, name+"Exception")
	}
}

func TestEachExceptionInMidStreamComesAfterTheTextBeforeIt(t *testing.T) {
	for _, name := range []string{"InternalServer", "ModelStreamError", "ServiceUnavailable", "Throttling", "Validation"} {
		streamed, err := stream(t, haiku, "begin, then throw "+name+"Exception", nil)
		isException(t, err, name+"Exception")
		if streamed.text != "Once upon" {
			t.Errorf("%s came after %q", name, streamed.text)
		}
	}
}

func TestCancellingAStreamReachesTheEngine(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	input := &bedrockruntime.ConverseStreamInput{ModelId: aws.String(haiku), Messages: user("never end")}
	reply, err := client(t, "OUTCROP_URL").ConverseStream(ctx, input)
	if err != nil {
		t.Fatal(err)
	}
	<-reply.GetStream().Events()
	cancel()
	if seen := text(converse(t, "OUTCROP_URL", haiku, user("was I aborted?"), nil)); seen != "yes" {
		t.Errorf("got %q", seen)
	}
}

// client is one of the emulator whose URL the variable holds, with the SDK's defaults but for retries.
func client(t *testing.T, variable string) *bedrockruntime.Client {
	t.Helper()
	key := credentials.NewStaticCredentialsProvider(os.Getenv("OUTCROP_KEY_ID"), os.Getenv("OUTCROP_SECRET_KEY"), "")
	loaded, err := config.LoadDefaultConfig(t.Context(), config.WithBaseEndpoint(os.Getenv(variable)),
		config.WithRegion("us-east-1"), config.WithCredentialsProvider(key), config.WithRetryMaxAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	return bedrockruntime.NewFromConfig(loaded)
}

func converse(t *testing.T, variable, model string, messages []types.Message, tools *types.ToolConfiguration) *bedrockruntime.ConverseOutput {
	t.Helper()
	input := &bedrockruntime.ConverseInput{ModelId: aws.String(model), Messages: messages, ToolConfig: tools}
	reply, err := client(t, variable).Converse(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

type streamed struct {
	text, input string
	stopReason  types.StopReason
	tokens      int32
}

func stream(t *testing.T, model, said string, tools *types.ToolConfiguration) (all streamed, err error) {
	t.Helper()
	input := &bedrockruntime.ConverseStreamInput{ModelId: aws.String(model), Messages: user(said), ToolConfig: tools}
	reply, err := client(t, "OUTCROP_URL").ConverseStream(t.Context(), input)
	if err != nil {
		return all, err
	}
	events := reply.GetStream()
	defer events.Close()
	for event := range events.Events() {
		switch event := event.(type) {
		case *types.ConverseStreamOutputMemberContentBlockDelta:
			switch delta := event.Value.Delta.(type) {
			case *types.ContentBlockDeltaMemberText:
				all.text += delta.Value
			case *types.ContentBlockDeltaMemberToolUse:
				all.input += *delta.Value.Input
			}
		case *types.ConverseStreamOutputMemberMessageStop:
			all.stopReason = event.Value.StopReason
		case *types.ConverseStreamOutputMemberMetadata:
			all.tokens = *event.Value.Usage.TotalTokens
		}
	}
	return all, events.Err()
}

func user(said string) []types.Message {
	content := []types.ContentBlock{&types.ContentBlockMemberText{Value: said}}
	return []types.Message{{Role: types.ConversationRoleUser, Content: content}}
}

func native(said string) []byte {
	return fmt.Appendf(nil, `{"anthropic_version":"bedrock-2023-05-31","max_tokens":100,"messages":[{"role":"user","content":%q}]}`, said)
}

func text(reply *bedrockruntime.ConverseOutput) string {
	block := reply.Output.(*types.ConverseOutputMemberMessage).Value.Content[0]
	return block.(*types.ContentBlockMemberText).Value
}

func contains(t *testing.T, whole, part string) {
	t.Helper()
	if !strings.Contains(whole, part) {
		t.Errorf("%q is not in %q", part, whole)
	}
}

// isException fails unless the error is of the SDK's type with that name, and says what the engine threw.
func isException(t *testing.T, err error, name string) {
	t.Helper()
	var exception smithy.APIError
	if !errors.As(err, &exception) || fmt.Sprintf("%T", exception) != "*types."+name || exception.ErrorMessage() != "thrown as "+name {
		t.Errorf("got %T: %v", exception, err)
	}
}
