require "json"
require_relative "fake_http_server"

# Says what a test tells it to say, and remembers what it was asked. It judges nothing.
class FakeCognito
  # What it was asked since the test began: names of calls, with their parameters and HTTP headers.
  attr_reader :asked

  def initialize
    @server = FakeHttpServer.new { |request| answer(request) }
    forget
  end

  def url = @server.url

  def forget
    @asked = []
    @answers = {}
  end

  # The next answers to a call, with their status where that is not 200; the last one stays.
  def says(call, *answers) = @answers[call.to_s] = answers

  def refuses(call, code) = says(call, [ 400, { __type: code, message: "No." } ])

  def parameters_of(call) = @asked.reverse.find { |name, _| name == call.to_s }&.fetch(1)

  private

  def answer(request)
    call = request.headers["x-amz-target"].split(".").last
    @asked << [ call, JSON.parse(request.body), request.headers ]
    answers = @answers.fetch(call)
    answer = answers.size > 1 ? answers.shift : answers.first
    status, body = answer.is_a?(Array) ? answer : [ 200, answer ]
    [ status, body.is_a?(String) ? body : body.to_json ]
  end
end
