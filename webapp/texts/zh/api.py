"""The description of the HTTP API in Chinese."""

from typing import Final

from webapp.texts.schema import ApiTexts, OperationText

API: Final = ApiTexts(
    title="HTTP 接口",
    heading="用你自己的程序作画",
    lead="用一次 POST 发送照片，响应就是画作。无需密钥，无需账号，也不存储任何东西。",
    paint=OperationText(
        summary="画一张照片",
        text="照片和各项要求是一个表单的字段，以 multipart/form-data 发送。不认识的字段会被忽略。",
    ),
    inside=OperationText(
        summary="看看网络内部",
        text="把照片缩到 {side} 像素（较窄的拉伸到 {least} 像素），给出每一层从中得到的特征图，"
        "以及照片和画作各有多少像是手绘的。原理页上的图就是由它画出来的。",
    ),
    health=OperationText(summary="检查服务器是否正常", text="供负载均衡和监控使用。"),
    document=OperationText(summary="获取本说明", text="供程序读取，格式为 OpenAPI 3.1。"),
    metrics=OperationText(
        summary="获取指标", text="供 Prometheus 读取：服务器设有令牌时须凭令牌，否则只能在服务器本机上读取。"
    ),
    form={
        "photo": "JPEG、PNG、WebP、GIF、BMP、TIFF、AVIF、HEIC、JPEG 2000、PSD、PPM、ICO 或 TGA，横竖皆可；"
        "最大 {megabytes} MB、{megapixels} 百万像素。",
        "passes": "画几遍。每一遍都在上一遍的画作上继续画。",
        "strength": "画作与照片混合时画作所占的百分比。0 得到的是摆正的照片本身。",
        "detail": "还给画作的照片细节的百分比：用于人脸、招牌和桅杆。",
        "size": "长边的像素数，不会超过照片本身；full 表示照片的全部像素。",
        "brush": "笔触的粗细，与尺寸无关。",
        "format": "画作的文件格式。",
    },
    inside_photo="与 /api/paint 相同。",
    accept_language="错误信息的语言。",
    paint_response="画作：一个文件；如果客户端更愿意接受事件流，则是一串事件。",
    inside_response="每一层的特征图，以及评分。",
    health_response="服务器正常。",
    metrics_response="Prometheus 文本格式的指标；如果客户端要求，则是 OpenMetrics 格式。",
    bearer="服务器要求令牌，以 Authorization: Bearer 发送。",
    elsewhere="没有令牌时，这些指标只能在服务器本机上读取。",
    document_response="本说明。",
    unchanged="本说明的 ETag 仍与所发送的相同。",
    stream="带上 Accept: text/event-stream，响应就是一串事件，画作在最后一个事件里。"
    "每个事件有一行名称、一行 JSON 数据和一个空行。断开连接就会取消作画。",
    events={
        "queued": "排队时，至少每秒一次。",
        "progress": "第一步之前，以及每一步之后。",
        "painting": "最后一个：画作。",
        "error": "没有画成时，代替画作。",
    },
    event_data={
        "position": "前面还有几个请求。",
        "done": "已完成的步数。",
        "total": "总步数。",
        "type": "文件的媒体类型。",
        "width": "宽度，单位为像素。",
        "height": "高度，单位为像素。",
        "notices": "关于照片如何读取的说明，通常为空。",
        "data": "base64 编码的文件。",
        "error": "一句话，告诉你该怎么做。",
    },
    layers={
        "width": "照片和画作的宽度，单位为像素。",
        "height": "照片和画作的高度，单位为像素。",
        "photo": "网络看到的照片，data URL。",
        "painting": "网络由此画成的画作，data URL。",
        "layers": "各层，按模型卡片中的顺序。",
        "layers.maps": "特征图的数量。",
        "layers.width": "一张特征图的宽度，单位为像素。",
        "layers.height": "一张特征图的高度，单位为像素。",
        "layers.columns": "拼图中每行的张数。",
        "layers.image": "所有特征图拼成的一张图，data URL。",
        "judge": "判断画作的判别器给出的评分。",
        "judge.photo": "照片的评分。",
        "judge.painting": "画作的评分。",
        "mean": "平均分：看起来出自莫奈之手的接近 1，看起来不是的接近 0。",
        "image": "叠在图片上的评分，data URL。",
    },
    refusals={
        "400": "请求里没有照片或有多张，或者照片是空的、已损坏、不完整。",
        "403": "请求来自其他网站的页面。",
        "408": "上传花的时间太长。",
        "413": "上传的内容超过 {megabytes} MB，或者照片超过 {megapixels} 百万像素或需要太多内存，或者表单的字段太多。",
        "415": "请求不是 multipart/form-data，或者无法读取照片。",
        "422": "某个字段超出范围或重复；错误信息会指出是哪一个。",
        "429": "同一地址的请求太多。请在 Retry-After 所给的秒数之后再试。",
        "500": "我们这边出了问题，请重试。",
        "503": "队列已满，请在 Retry-After 所给的秒数之后再试；如果没有 Retry-After，则是这幅画花的时间太长。",
    },
    error="一句话，告诉你该怎么做。",
    headers={
        "X-Request-ID": "这个请求在服务器日志里的 ID；客户端发来的 ID 会被沿用。",
        "Retry-After": "再试之前要等待的秒数。",
        "Content-Disposition": "画作的文件名。",
        "X-Notices": "读取照片时发生的情况：cut_short 表示 JPEG 缺少结尾，缺少的部分保持灰色；"
        "first_of_several 表示文件里有多张图片，只画了第一张。",
        "ETag": "本说明的版本。",
    },
    field="字段",
    values="取值",
    default="默认 {value}",
    meaning="含义",
    required="必填",
    file="文件",
    event="事件",
    status="状态码",
    when="何时",
    response="响应",
    response_types="响应就是文件：{types}。",
    progress_heading="跟踪进度",
    refusal_heading="错误",
    refusal_text="错误响应里有一句话，告诉你该怎么做；默认为英文，按 Accept-Language 也可以是中文：",
    machines="供程序读取：openapi.json",
    terms="每张照片最大 {megabytes} MB、{megapixels} 百万像素，同一地址每分钟最多 {paintings} 张。"
    "一次只画一张，用上所有的核心。请求过于频繁时响应 429；队列已满（即预计排队超过大约 {seconds} 秒）时响应 503。",
)
